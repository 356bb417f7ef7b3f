"""Why a delivery cannot be sent again."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kalends.foundation.errors import Refusal


class CannotBeSentAgain(Refusal):
    code = "invalid"
    sentence = _("Only what failed or did not arrive, or whose fate is not known, can be sent again.")


class FirstPageUnderWay(Refusal):
    code = "invalid"
    sentence = _("A test page is on its way there already. Wait until it has come out, or has failed.")


class NoFirstPageYet(Refusal):
    code = "invalid"
    sentence = _("No page has come out at this number yet. Send a test page first.")


class NoFaxNumber(Refusal):
    code = "invalid"
    sentence = _("There is no fax number on this account. Add it first.")


class NoLongerUseful(Refusal):
    code = "invalid"
    sentence = _("It would come too late now. Phone the patient instead.")


class NowhereToSend(Refusal):
    code = "invalid"
    sentence = _("The patient has no such address any more. Add the new one first.")


class SaidThereAlready(Refusal):
    code = "invalid"
    sentence = _("The same is in the list for the patient’s new address. Look at that one.")
