package api

import (
	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/fault"
	"passerelle/internal/funding"
	"passerelle/internal/geography"
	"passerelle/internal/label"
	"passerelle/internal/place"
	"passerelle/internal/settlement"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

// operations is the table of contents: method and path, the act one must be
// allowed to do, what it does, what answers. create answers 201; the second
// function of a write answers a request that was already done under its key.
var operations = []operation{
	read("GET /places", account.ActPlaceRead, "Chercher des lieux, du plus proche au plus loin", listPlaces).fromAnyOrigin(),
	read("GET /places/{id}", account.ActPlaceRead, "Lire un lieu", readPlace).raises(place.ErrUnknownPlace).fromAnyOrigin(),

	read("GET /sites", account.ActLabelRead, "Lister les lieux de votre organisation, avec leur label", listSites),
	read("GET /sites/{id}", account.ActLabelRead, "Lire un lieu avec son label et ses décisions", readSite).raises(place.ErrUnknownPlace),
	create("POST /sites/{id}/label", account.ActLabelDecide, "Accorder ou retirer le label", decideLabel, decideLabelAgain).
		raises(place.ErrUnknownPlace, label.ErrAlreadyLabelled, label.ErrNotLabelled, label.ErrDecidedLater, label.ErrUnkept, account.ErrDutyTaken),
	read("GET /sites/{id}/bank-details", account.ActBankDetailsRead, "Lire les coordonnées bancaires d’un lieu", readBankDetails).
		raises(place.ErrUnknownPlace, label.ErrUnkept, label.ErrNoBankDetails, db.ErrErased),
	write("PUT /sites/{id}/bank-details", account.ActBankDetailsEnter, "Donner les coordonnées bancaires d’un lieu", setBankDetails, setBankDetails).
		raises(place.ErrUnknownPlace, label.ErrUnkept),

	read("GET /questionnaires/{code}", account.ActQuestionnaireRead, "Lire un questionnaire de repérage", readQuestionnaire).
		raises(diagnosis.ErrUnknownQuestionnaire),
	read("GET /diagnoses", account.ActDiagnosisRead, "Lister les repérages d’une personne", listDiagnoses).raises(fault.ErrNotFound, account.ErrOtherOrganisation),
	read("GET /diagnoses/{id}", account.ActDiagnosisRead, "Lire un repérage", readDiagnosis).raises(diagnosis.ErrUnknownDiagnosis),
	create("POST /diagnoses", account.ActDiagnosisRecord, "Enregistrer un repérage, et recevoir la voie proposée", recordDiagnosis, recordDiagnosisAgain).
		raises(diagnosis.ErrUnknownQuestionnaire),

	read("GET /sessions", account.ActSessionRead, "Chercher des séances avec des places libres", listSessions).raises(place.ErrUnknownPlace),
	read("GET /sessions/{id}", account.ActSessionRead, "Lire une séance", readSession).raises(workshop.ErrUnknownSession),
	create("POST /sessions", account.ActSessionPlan, "Ouvrir une séance dans un lieu de votre organisation", planSession, planSessionAgain).
		raises(place.ErrUnknownPlace),

	read("GET /holders", account.ActHolderRead, "Lister les personnes suivies par votre organisation", listHolders),
	read("GET /holders/{id}", account.ActHolderRead, "Lire une personne suivie par votre organisation", readHolder),
	create("POST /holders", account.ActHolderRegister, "Noter une personne", registerHolder, registerHolderAgain).
		raises(diagnosis.ErrUnknownDiagnosis, diagnosis.ErrAttached),

	read("GET /bookings", account.ActBookingRead, "Lister les inscriptions d’une séance ou d’une personne", listBookings).
		raises(workshop.ErrUnknownSession, fault.ErrNotFound, account.ErrOtherOrganisation),
	read("GET /bookings/{id}", account.ActBookingRead, "Lire une inscription", readBooking).raises(workshop.ErrUnknownBooking),
	create("POST /bookings", account.ActBookingMake, "Inscrire une personne à une séance", book, bookAgain).
		raises(workshop.ErrUnknownSession, workshop.ErrSessionCancelled, workshop.ErrSessionPast, workshop.ErrAlreadyBooked),
	write("DELETE /bookings/{id}", account.ActBookingCancel, "Annuler une inscription", cancelBooking, cancelBooking).
		raises(workshop.ErrUnknownBooking, workshop.ErrBookingOver),

	read("GET /funders", account.ActFunderRead, "Lister les financeurs", listFunders),
	read("GET /agreements", account.ActAgreementRead, "Lister les conventions", listAgreements),
	read("GET /agreements/{id}", account.ActAgreementRead, "Lire une convention", readAgreement).raises(funding.ErrUnknownAgreement),
	create("POST /agreements", account.ActAgreementSign, "Enregistrer une convention entre financeurs", signAgreement, signAgreementAgain).
		raises(funding.ErrUnknownFunder),

	read("GET /orders", account.ActOrderRead, "Lister les commandes", listOrders),
	read("GET /orders/{id}", account.ActOrderRead, "Lire une commande", readOrder).raises(funding.ErrUnknownOrder),
	create("POST /orders", account.ActOrderPlace, "Passer une commande", placeOrder, placeOrderAgain).needsKey().
		raises(funding.ErrUnknownAgreement, geography.ErrUnknownTerritory),
	read("GET /orders/{id}/balance", account.ActOrderRead, "Lire où en est l’argent d’une commande", readBalance).raises(funding.ErrUnknownOrder),
	read("GET /orders/{id}/receipts", account.ActOrderRead, "Lister les versements reçus pour une commande", listReceipts).raises(funding.ErrUnknownOrder),
	create("POST /orders/{id}/receipts", account.ActReceiptRecord, "Enregistrer un versement reçu", receive, receiveAgain).needsKey().
		raises(funding.ErrUnknownOrder, funding.ErrOrderClosed, funding.ErrNotInAgreement, funding.ErrReceiptOverShare),

	create("POST /orders/{id}/booklets", account.ActBookletPrint, "Imprimer des carnets dans le stock d’un guichet", printBooklets, printBookletsAgain).needsKey().
		raises(funding.ErrUnknownOrder, funding.ErrOrderClosed, funding.ErrOrderExhausted),

	read("GET /booklets", account.ActBookletRead, "Lister les carnets", listBooklets).raises(funding.ErrUnknownOrder),
	read("GET /booklets/{number}", account.ActBookletRead, "Lire un carnet et ses chèques", readBooklet).
		raises(voucher.ErrBadNumber, voucher.ErrUnknownBooklet),
	write("POST /booklets/{number}/handover", account.ActBookletHandOver, "Remettre un carnet à une personne", handOver, handOverAgain).answers(201).needsKey().
		raises(voucher.ErrBadNumber, voucher.ErrUnknownBooklet, voucher.ErrAlreadyHandedOver, funding.ErrNotCovered, voucher.ErrBlocked, voucher.ErrExpired, voucher.ErrReplaced),
	write("POST /booklets/{number}/block", account.ActBookletBlock, "Bloquer un carnet perdu, volé ou abîmé", blockBooklet, blockBookletAgain).
		raises(voucher.ErrBadNumber, voucher.ErrUnknownBooklet, voucher.ErrBlocked, voucher.ErrExpired, voucher.ErrReplaced),

	handled(newOperation(redeemRoute, account.ActCouponRedeem, "Prendre un chèque pour un service"), redeem).answers(201).needsKey().
		raises(redemptionRefusals...),
	handled(newOperation("DELETE /coupons/{number}/redemption", account.ActCouponReverse, "Rendre un chèque pris par erreur, par son numéro"), deleteRedemption).
		raises(voucher.ErrBadNumber, voucher.ErrUnknownNumber, fault.ErrTooMany).raises(reversalRefusals...),
	handled(newOperation("POST /redemptions", account.ActCouponRedeem, "Prendre plusieurs chèques, 1 000 au plus, une réponse pour chacun"), redeemBatch).
		raises(errBatchSize),
	read("GET /redemptions", account.ActCouponRead, "Lister les chèques pris dans un lieu", listRedemptions),
	read("GET /redemptions/{id}", account.ActCouponRead, "Lire le reçu d’un chèque", readRedemption).raises(voucher.ErrUnknownRedemption),
	write("POST /redemptions/{id}/reversal", account.ActCouponReverse, "Rendre un chèque pris par erreur", reverse, reverseAgain).needsKey().
		raises(reversalRefusals...),

	read("GET /statements", account.ActStatementRead, "Lister les relevés, mois en cours compris", listStatements).
		raises(settlement.ErrUnknownStatement, place.ErrUnknownPlace),
	read("GET /statements/{id}", account.ActStatementRead, "Lire un relevé avec ses lignes", readStatement).raises(settlement.ErrUnknownStatement),
	handled(newOperation("POST /statements/close", account.ActStatementClose, "Clore les relevés d’un mois"), closeStatements).
		raises(settlement.ErrMonthRunning, settlement.ErrNothingOwed),
	read("GET /payments", account.ActPaymentRead, "Lister les fichiers de virements", listPayments),
	read("GET /payments/{id}", account.ActPaymentRead, "Lire un fichier de virements", readPayment).raises(settlement.ErrUnknownFile),
	create("POST /payments", account.ActPaymentSend, "Payer des relevés clos : un fichier pour la banque", pay, pay).
		raises(settlement.ErrUnknownStatement, settlement.ErrNotClosed, settlement.ErrAlreadySent, settlement.ErrMissingDetails, settlement.ErrNoIssuerAccount, account.ErrDutyTaken),
	write("POST /payments/{id}/debit", account.ActPaymentConfirm, "Noter le débit vu sur le relevé de la banque", seeDebit, seeDebit).
		raises(settlement.ErrUnknownFile, settlement.ErrDebitSeen),

	read("GET /journal", account.ActJournalRead, "Lire le journal en partie double", listJournal),
	read("GET /solvency", account.ActSolvencyRead, "Lire ce que l’argent reçu couvre, si tout s’arrêtait maintenant", readSolvency),

	read("GET /desks", account.ActOrderPlace, "Lister les guichets qui peuvent recevoir des carnets", listDesks),
	read("GET /organisations", account.ActOrganisationRead, "Lister votre organisation, ou toutes pour qui les suit", listOrganisations).
		raises(fault.ErrNotFound),
	read("GET /organisations/{id}", account.ActOrganisationRead, "Lire une organisation", readOrganisation),
}

// redemptionRefusals are those of a coupon presented at a site.
var redemptionRefusals = []*fault.Error{
	voucher.ErrBadNumber, voucher.ErrUnknownNumber, fault.ErrTooMany, place.ErrUnknownPlace,
	workshop.ErrUnknownSession, workshop.ErrSessionCancelled, voucher.ErrOtherSession,
	voucher.ErrAlreadyRedeemed, voucher.ErrPaid, voucher.ErrExpired, voucher.ErrBlocked, voucher.ErrReplaced, voucher.ErrNotLive,
	voucher.ErrOtherTerritory, voucher.ErrOtherService, voucher.ErrTooEarly, voucher.ErrNotLabelled,
}

var reversalRefusals = []*fault.Error{
	voucher.ErrUnknownRedemption, voucher.ErrReasonRequired, voucher.ErrStatementClosed, voucher.ErrAlreadyReversed,
}
