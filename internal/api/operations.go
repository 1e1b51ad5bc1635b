package api

import (
	"passerelle/internal/account"
	"passerelle/internal/activity"
	"passerelle/internal/audit"
	"passerelle/internal/bank"
	"passerelle/internal/db"
	"passerelle/internal/departure"
	"passerelle/internal/diagnosis"
	"passerelle/internal/exchange"
	"passerelle/internal/fault"
	"passerelle/internal/funding"
	"passerelle/internal/geography"
	"passerelle/internal/label"
	"passerelle/internal/ledger"
	"passerelle/internal/notify"
	"passerelle/internal/orientation"
	"passerelle/internal/place"
	"passerelle/internal/printing"
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
	handled(newOperation("POST /places/{id}/reports", account.ActPlaceReportMake, "Signaler une erreur sur un lieu"), reportPlace).answers(201).
		raises(place.ErrUnknownPlace, fault.ErrTooMany),
	write("POST /places/{id}/confirmation", account.ActPlaceConfirm, "Confirmer que la fiche et les horaires d’un lieu sont justes", confirmPlace, confirmPlace).
		raises(place.ErrUnknownPlace),
	read("GET /place-reports", account.ActPlaceReportRead, "Lister les signalements sur vos lieux", listPlaceReports),
	write("POST /place-reports/{id}/answer", account.ActPlaceReportAnswer, "Répondre à un signalement", answerReport, answerReportAgain).
		raises(place.ErrUnknownReport, place.ErrReportAnswered, place.ErrStillLabelled),
	read("GET /places/{id}/sources", account.ActPlaceRead, "Lire d’où vient chaque renseignement d’un lieu", readSources).raises(place.ErrUnknownPlace).fromAnyOrigin(),

	read("GET /place-twins", account.ActPlaceMerge, "Lister les lieux qui sont peut-être un seul, les plus sûrs d’abord", listTwins).raises(account.ErrNoTerritory),
	read("GET /place-twins/{id}", account.ActPlaceMerge, "Lire une paire de lieux, avec son score et ses raisons", readTwin).raises(place.ErrUnknownTwin),
	write("POST /place-twins/{id}/merge", account.ActPlaceMerge, "Décider que deux lieux n’en font qu’un", mergeTwin, mergeTwinAgain).
		raises(place.ErrUnknownTwin, place.ErrTwinDecided, place.ErrTwinGone, place.ErrBothKept),
	write("POST /place-twins/{id}/keep-apart", account.ActPlaceMerge, "Décider que ce sont deux lieux", keepTwinApart, keepTwinApartAgain).
		raises(place.ErrUnknownTwin, place.ErrTwinDecided),
	write("POST /place-twins/{id}/separation", account.ActPlaceMerge, "Défaire la réunion de deux lieux", separateTwin, separateTwinAgain).
		raises(place.ErrUnknownTwin, place.ErrTwinDecided),

	read("GET /imports", account.ActPlaceImport, "Lister les fichiers de lieux que votre organisation a apportés", listImports),
	read("GET /imports/{id}", account.ActPlaceImport, "Lire où en est un fichier", readImport).raises(place.ErrUnknownUpload),
	create("POST /imports", account.ActPlaceImport, "Apporter un fichier de lieux", bringImport, bringImportAgain).holding(largestUpload).raises(exchange.ErrBadMapping),
	write("PUT /imports/{id}/mapping", account.ActPlaceImport, "Dire quelle colonne d’un fichier dit quoi", mapImport, mapImport).
		raises(place.ErrUnknownUpload, place.ErrUploadBusy, exchange.ErrBadMapping),
	write("POST /imports/{id}/trial", account.ActPlaceImport, "Essayer tout le fichier, sans rien écrire", followImport(place.TryUpload), followImportAgain).
		raises(place.ErrUnknownUpload, place.ErrUploadBusy),
	write("POST /imports/{id}/import", account.ActPlaceImport, "Importer un fichier qui a été essayé", followImport(place.ImportUpload), followImportAgain).
		raises(place.ErrUnknownUpload, place.ErrUploadUntried),
	read("GET /imports/{id}/report", account.ActPlaceImport, "Lire le compte rendu d’un essai ou d’un import, ligne par ligne", readReport).raises(place.ErrUnknownUpload),

	read("GET /sites", account.ActLabelRead, "Lister les lieux de votre organisation, avec leur label", listSites),
	read("GET /sites/{id}", account.ActLabelRead, "Lire un lieu avec son label et ses décisions", readSite).raises(place.ErrUnknownPlace),
	create("POST /sites/{id}/label", account.ActLabelDecide, "Accorder ou retirer le label", decideLabel, decideLabelAgain).
		raises(place.ErrUnknownPlace, label.ErrAlreadyLabelled, label.ErrNotLabelled, label.ErrDecidedLater, label.ErrUnkept, account.ErrDutyTaken,
			label.ErrOwnOrganisation, label.ErrLabelSuspended, label.ErrAlreadyApplied),
	read("GET /sites/{id}/bank-details", account.ActBankDetailsRead, "Lire les coordonnées bancaires d’un lieu", readBankDetails).
		raises(place.ErrUnknownPlace, label.ErrUnkept, label.ErrNoBankDetails, db.ErrErased),
	write("PUT /sites/{id}/bank-details", account.ActBankDetailsEnter, "Donner les coordonnées bancaires d’un lieu", setBankDetails, setBankDetails).
		raises(place.ErrUnknownPlace, label.ErrUnkept),

	read("GET /label/criteria", account.ActPublic, "Lire les critères du label, version par version", listCriteria),
	read("GET /label/criteria/{code}", account.ActPublic, "Lire une version des critères", readCriteria).raises(label.ErrUnknownCriteria),
	read("GET /label/transitions", account.ActPublic, "Lire la vie d’une demande : d’un état à l’autre, par qui", listTransitions),
	read("GET /label/register", account.ActPublic, "Lire le registre public des lieux labellisés", listRegister),
	read("GET /label/figures", account.ActPublic, "Lire les chiffres des décisions, année par année", listFigures),

	read("GET /applications", account.ActApplicationRead, "Lister les demandes de label : les vôtres, ou la file d’examen", listApplications),
	read("GET /applications/{id}", account.ActApplicationRead, "Lire une demande de label en entier", readApplication).raises(applicationRefusals...),
	create("POST /applications", account.ActLabelApply, "Commencer une demande de label, pour un ou plusieurs lieux", beginApplication, beginApplicationAgain).
		raises(place.ErrUnknownPlace, label.ErrUnkept, label.ErrAlreadyApplied, label.ErrRenewalTooEarly),
	write("PUT /applications/{id}", account.ActLabelApply, "Remplir une demande : identité, réponses", fillApplication, fillApplication).
		raises(applicationRefusals...).raises(place.ErrUnknownPlace),
	create("POST /applications/{id}/attachments", account.ActLabelApply, "Joindre une pièce", attach, attachAgain).holding(largestAttachment).
		raises(applicationRefusals...).raises(place.ErrUnknownPlace, label.ErrAttachmentKind, label.ErrAttachmentSize, label.ErrAttachmentCount, label.ErrUnknownAttachment),
	read("GET /applications/{id}/attachments/{attachment}", account.ActAttachmentRead, "Lire une pièce jointe", readAttachment).
		raises(applicationRefusals...).raises(label.ErrUnknownAttachment),
	write("DELETE /applications/{id}/attachments/{attachment}", account.ActLabelApply, "Retirer une pièce pas encore envoyée", detach, detach).
		raises(applicationRefusals...).raises(label.ErrUnknownAttachment, label.ErrAttachmentReviewed),
	moves("POST /applications/{id}/sending", account.ActLabelSend, "Envoyer une demande, ou le complément demandé", sendApplication).raises(label.ErrIncomplete),
	moves("POST /applications/{id}/withdrawal", account.ActLabelSend, "Renoncer à une demande avant sa décision", giveUpApplication),
	moves("POST /applications/{id}/appeal", account.ActLabelSend, "Faire appel d’un refus", appealApplication).
		raises(label.ErrAppealOver, label.ErrNothingToAppeal, label.ErrAlreadyApplied),
	create("POST /applications/{id}/messages", account.ActLabelWrite, "Écrire à l’autre partie", writeMessage, writeMessageAgain).raises(applicationRefusals...),
	moves("POST /applications/{id}/assignment", account.ActLabelReview, "Prendre une demande dans la file", takeApplication).
		raises(label.ErrOwnOrganisation, label.ErrSameCertifier, account.ErrDutyTaken),
	moves("POST /applications/{id}/release", account.ActLabelReview, "Rendre une demande à la file", releaseApplication),
	moves("POST /applications/{id}/question", account.ActLabelReview, "Demander un complément : le délai s’arrête", askApplicant).raises(label.ErrOwnOrganisation),
	write("PUT /applications/{id}/judgements", account.ActLabelReview, "Donner un avis sur des critères", judge, judge).
		raises(applicationRefusals...).raises(place.ErrUnknownPlace, label.ErrOwnOrganisation),
	moves("POST /applications/{id}/decision", account.ActLabelReview, "Décider : le score de chaque lieu accorde ou refuse", concludeApplication).
		raises(label.ErrOwnOrganisation, label.ErrUnjudged, account.ErrDutyTaken, place.ErrUnknownPlace, label.ErrUnkept, label.ErrLabelSuspended, label.ErrAlreadyLabelled, label.ErrDecidedLater),
	create("POST /applications/{id}/visits", account.ActLabelReview, "Prévoir une visite", planVisit, planVisitAgain).
		raises(applicationRefusals...).raises(place.ErrUnknownPlace, label.ErrOwnOrganisation),
	write("PUT /applications/{id}/visits/{visit}", account.ActLabelReview, "Noter une visite faite, avec ce qui a été vu", recordVisit, recordVisitAgain).
		raises(applicationRefusals...).raises(label.ErrUnknownVisit, label.ErrOwnOrganisation),
	write("DELETE /applications/{id}/visits/{visit}", account.ActLabelReview, "Annuler une visite prévue", cancelVisit, cancelVisit).
		raises(applicationRefusals...).raises(label.ErrUnknownVisit, label.ErrOwnOrganisation),
	moves("POST /applications/{id}/suspension", account.ActLabelReview, "Suspendre le label, jusqu’à un jour", suspendLabel).
		raises(label.ErrOwnOrganisation, account.ErrDutyTaken, label.ErrDecidedLater),
	moves("POST /applications/{id}/resumption", account.ActLabelReview, "Lever une suspension", resumeLabel).
		raises(label.ErrOwnOrganisation, account.ErrDutyTaken, label.ErrDecidedLater),
	moves("POST /applications/{id}/revocation", account.ActLabelReview, "Retirer le label obtenu par une demande", revokeLabel).
		raises(label.ErrOwnOrganisation, account.ErrDutyTaken, label.ErrDecidedLater),

	read("GET /questionnaires/{code}", account.ActQuestionnaireRead, "Lire un questionnaire de repérage", readQuestionnaire).
		raises(diagnosis.ErrUnknownQuestionnaire),
	read("GET /diagnoses", account.ActDiagnosisRead, "Lister les repérages d’une personne", listDiagnoses).raises(fault.ErrNotFound, account.ErrOtherOrganisation),
	read("GET /diagnoses/{id}", account.ActDiagnosisRead, "Lire un repérage", readDiagnosis).raises(diagnosis.ErrUnknownDiagnosis),
	read("GET /diagnoses/progress", account.ActDiagnosisRead, "Comparer le premier et le dernier repérage d’une personne, domaine par domaine", readProgress).
		raises(fault.ErrNotFound, account.ErrOtherOrganisation),
	read("GET /diagnoses/pix", account.ActDiagnosisRead, "Lister les résultats Pix d’une personne", listPix).raises(fault.ErrNotFound, account.ErrOtherOrganisation),
	create("POST /diagnoses/pix", account.ActDiagnosisRecord, "Noter un résultat Pix d’une personne", recordPix, recordPixAgain).
		raises(fault.ErrNotFound, account.ErrOtherOrganisation, diagnosis.ErrUnknownPix),
	read("GET /diagnoses/pix/mapping", account.ActPublic, "Lire comment Pix se lit dans nos niveaux", readPixMapping),
	create("POST /diagnoses", account.ActDiagnosisRecord, "Enregistrer un repérage, et recevoir la voie proposée", recordDiagnosis, recordDiagnosisAgain).
		raises(diagnosis.ErrUnknownQuestionnaire),

	read("GET /orientations", account.ActSessionRead, "Proposer des séances à une personne, classées, chacune avec ses raisons", orient).
		raises(diagnosis.ErrUnknownDiagnosis),
	read("GET /orientations/figures", account.ActRouteFigures, "Compter par guichet les urgences faites et les voies choisies", routeFigures).
		raises(account.ErrNoTerritory, fault.ErrNotFound),
	read("GET /orientations/tuning", account.ActPublic, "Lire le réglage qui classe les séances", readTuning),
	create("POST /orientations/tuning", account.ActOrientationTune, "Régler le classement des séances", tuneOrientation, tuneOrientationAgain).
		raises(orientation.ErrBadTuning),

	read("GET /sessions", account.ActSessionRead, "Chercher des séances avec des places libres", listSessions).raises(place.ErrUnknownPlace),
	read("GET /sessions/{id}", account.ActSessionRead, "Lire une séance", readSession).raises(workshop.ErrUnknownSession),
	create("POST /sessions", account.ActSessionPlan, "Ouvrir une séance dans un lieu de votre organisation", planSession, planSessionAgain).
		raises(place.ErrUnknownPlace, workshop.ErrSiteLeaves),

	write("PUT /sessions/{id}", account.ActSessionPlan, "Changer les heures, les places ou la salle d’une séance", changeSession, changeSession).
		raises(workshop.ErrUnknownSession, workshop.ErrSessionCancelled, workshop.ErrSessionPast, workshop.ErrSiteLeaves, workshop.ErrSeatsTaken),
	write("POST /series/dates", account.ActSessionPlan, "Lire les dates d’une série avant de la prévoir, avec ce qui en empêche", foreseeSeries, foreseeSeries).raises(place.ErrUnknownPlace),
	create("POST /series", account.ActSessionPlan, "Prévoir plusieurs séances d’un coup", planSeries, planSeriesAgain).
		raises(place.ErrUnknownPlace, workshop.ErrSiteLeaves, workshop.ErrNoDate, workshop.ErrUnknownSeries),
	read("GET /series/{id}", account.ActSessionPlan, "Lire une série et ses séances", readSeries).raises(workshop.ErrUnknownSeries),
	write("PUT /series/{id}", account.ActSessionPlan, "Changer les séances d’une série à partir d’un jour", changeSeries, changeSeries).
		raises(workshop.ErrUnknownSeries, workshop.ErrNoDate, workshop.ErrSiteLeaves, workshop.ErrSeatsTaken, workshop.ErrSessionCancelled, workshop.ErrSessionPast),
	write("POST /series/{id}/end", account.ActSessionCancel, "Arrêter une série à partir d’un jour : ses séances sont annulées", endSeries, endSeriesAgain).
		raises(workshop.ErrUnknownSeries, workshop.ErrNoDate, workshop.ErrSessionPast),

	read("GET /workshops/ready", account.ActSessionRead, "Lire le catalogue des ateliers prêts", readCatalogue),
	read("GET /workshops", account.ActWorkshopRead, "Lister les ateliers de votre organisation", listSheets),
	read("GET /workshops/{id}", account.ActWorkshopRead, "Lire un atelier de votre organisation", readSheet).raises(workshop.ErrUnknownSheet),
	create("POST /workshops", account.ActWorkshopKeep, "Reprendre un atelier prêt, l’adapter, ou en écrire un", keepSheet, keepSheetAgain).
		raises(workshop.ErrUnknownReady, workshop.ErrSheetKept, workshop.ErrUnknownSheet),
	write("PUT /workshops/{id}", account.ActWorkshopKeep, "Changer un atelier", changeSheet, changeSheet).raises(workshop.ErrUnknownSheet, workshop.ErrSheetKept, workshop.ErrUnknownReady),
	write("DELETE /workshops/{id}", account.ActWorkshopKeep, "Retirer un atelier de votre liste", withdrawSheet, withdrawSheetAgain).raises(workshop.ErrUnknownSheet),

	read("GET /pathways", account.ActPathwayRead, "Lister les parcours d’une personne, ou de votre organisation", listPathways).
		raises(fault.ErrNotFound, account.ErrOtherOrganisation, workshop.ErrUnknownPathway),
	read("GET /pathways/{id}", account.ActPathwayRead, "Lire un parcours : ce qui est fait, inscrit, à prévoir", readPathway).raises(workshop.ErrUnknownPathway),
	create("POST /pathways", account.ActPathwayKeep, "Proposer un parcours à une personne", proposePathway, proposePathwayAgain).
		raises(fault.ErrNotFound, account.ErrOtherOrganisation, workshop.ErrPathwayRuns, workshop.ErrUnknownPathway),
	write("POST /pathways/{id}/acceptance", account.ActPathwayKeep, "Accepter un parcours avec la personne, ou changer ses séances", acceptPathway, onPathwayAgain).
		raises(workshop.ErrUnknownPathway, workshop.ErrPathwayOver),
	write("POST /pathways/{id}/end", account.ActPathwayKeep, "Finir un parcours", finishPathway, onPathwayAgain).
		raises(workshop.ErrUnknownPathway, workshop.ErrPathwayOver, workshop.ErrNotAccepted),
	write("POST /pathways/{id}/stop", account.ActPathwayKeep, "Arrêter un parcours, avec la raison", stopPathway, onPathwayAgain).
		raises(workshop.ErrUnknownPathway, workshop.ErrPathwayOver),

	read("GET /holders", account.ActHolderRead, "Lister les personnes suivies par votre organisation", listHolders),
	read("GET /holders/{id}", account.ActHolderRead, "Lire une personne suivie par votre organisation", readHolder),
	create("POST /holders", account.ActHolderRegister, "Noter une personne", registerHolder, registerHolderAgain).
		raises(diagnosis.ErrUnknownDiagnosis, diagnosis.ErrAttached),

	read("GET /messages", account.ActMessageRead, "Lister ce qui a été envoyé à une personne", listPersonMessages).
		raises(fault.ErrNotFound, account.ErrOtherOrganisation),
	read("GET /messages/templates", account.ActMessageTemplateRead, "Lister les mots des messages", listMessageTemplates),
	handled(newOperation("POST /messages/inbound", account.ActMessageReceive, "Recevoir un STOP, ou ce qu’un SMS est devenu, de la passerelle"), receiveMessage).
		raises(notify.ErrInbound),

	read("GET /bookings", account.ActBookingRead, "Lister les inscriptions d’une séance ou d’une personne", listBookings).
		raises(workshop.ErrUnknownSession, fault.ErrNotFound, account.ErrOtherOrganisation),
	read("GET /bookings/{id}", account.ActBookingRead, "Lire une inscription", readBooking).raises(workshop.ErrUnknownBooking),
	create("POST /bookings", account.ActBookingMake, "Inscrire une personne à une séance", book, bookAgain).
		raises(workshop.ErrUnknownSession, workshop.ErrSessionCancelled, workshop.ErrSessionPast, workshop.ErrAlreadyBooked, workshop.ErrSiteLeaves),
	create("POST /bookings/{id}/move", account.ActBookingMake, "Déplacer une inscription vers une autre séance, ou rien", moveBooking, moveBookingAgain).
		raises(workshop.ErrUnknownBooking, workshop.ErrUnknownSession, workshop.ErrBookingOver, workshop.ErrSessionCancelled, workshop.ErrSessionPast, workshop.ErrSessionFull,
			workshop.ErrAlreadyBooked, workshop.ErrSiteLeaves, fault.ErrConflict),
	write("PUT /bookings/{id}/word", account.ActBookingMake, "Noter ce qu’une personne en attente veut d’une place qui se libère", leaveWord, leaveWordAgain).
		raises(workshop.ErrUnknownBooking, workshop.ErrNotWaiting, fault.ErrConflict),
	write("POST /bookings/{id}/answer", account.ActBookingMake, "Dire la réponse d’une personne à la place gardée pour elle", answerOffer, answerOfferAgain).
		raises(workshop.ErrUnknownBooking, workshop.ErrOfferOver, workshop.ErrSessionCancelled, workshop.ErrSessionPast, fault.ErrConflict),
	write("DELETE /bookings/{id}", account.ActBookingCancel, "Annuler une inscription", cancelBooking, cancelBooking).
		raises(workshop.ErrUnknownBooking, workshop.ErrBookingOver),
	write("PUT /bookings/{id}/attendance", account.ActAttendanceTick, "Noter la présence d’une personne, et prendre le chèque que sa place garde", tellAttendance, attendanceAgain).
		raises(workshop.ErrUnknownBooking, workshop.ErrSessionCancelled, workshop.ErrSessionAhead, workshop.ErrAlreadyBooked, voucher.ErrStatementClosed),

	create("POST /bookings/{id}/rehoming", account.ActBookingRehome, "Replacer une personne d’un lieu qui part, ou noter qu’elle ne va nulle part ailleurs", rehomeBooking, rehomeAgain).
		raises(workshop.ErrUnknownBooking, workshop.ErrUnknownSession, workshop.ErrBookingOver, workshop.ErrSessionCancelled, workshop.ErrSessionPast, workshop.ErrSessionFull,
			workshop.ErrAlreadyBooked, workshop.ErrSiteLeaves, departure.ErrNotLeaving),

	create("POST /bookings/{id}/misdirection", account.ActMisdirectionTell, "Renvoyer vers son guichet quelqu’un à qui la séance ne convient pas", misdirect, misdirectAgain).
		raises(workshop.ErrUnknownBooking, orientation.ErrOwnBooking, orientation.ErrAlreadySentBack, place.ErrUnknownPlace),
	read("GET /misdirections", account.ActMisdirectionRead, "Lister les personnes que des lieux vous renvoient, avec ce qui conviendrait mieux", listMisdirections),
	write("POST /misdirections/{id}/answer", account.ActMisdirectionAnswer, "Dire que la personne renvoyée a été rappelée, par l’identifiant de l’inscription", answerMisdirection, answerMisdirection).
		raises(orientation.ErrUnknownMisdirection),

	read("GET /activities", account.ActFigureRead, "Lister les aides données, avec ou sans chèque, séances comprises", listHelps).raises(account.ErrNoTerritory),
	read("GET /activities/first-sessions", account.ActFigureRead, "Compter les carnets remis qui mènent à une première séance en 30 jours", readFirstSessions).raises(account.ErrNoTerritory),
	read("GET /activities/export", account.ActActivityRead, "Lire un mois d’aides dans les colonnes de La Coop de la médiation numérique", exportActivities),
	read("GET /activities/{id}", account.ActActivityRead, "Lire une aide notée", readActivity).raises(activity.ErrUnknownActivity),
	create("POST /activities", account.ActActivityRecord, "Noter une aide, avec ou sans chèque", recordActivity, recordActivityAgain).
		raises(place.ErrUnknownPlace, voucher.ErrUnknownRedemption, activity.ErrCouponCounted, activity.ErrSessionThatDay, account.ErrOtherOrganisation),
	write("PUT /activities/{id}", account.ActActivityRecord, "Corriger une aide notée ; ce qu’elle disait reste gardé", correctActivity, correctActivity).
		raises(activity.ErrUnknownActivity, activity.ErrWithdrawn, activity.ErrSessionThatDay, place.ErrUnknownPlace),
	write("POST /activities/{id}/withdrawal", account.ActActivityRecord, "Retirer des chiffres une aide notée par erreur", withdrawActivity, withdrawActivity).
		raises(activity.ErrUnknownActivity),

	read("GET /departures", account.ActDepartureRead, "Lister les lieux qui partent, ou dont le label s’arrête", listDepartures),
	read("GET /departures/{id}", account.ActDepartureRead, "Lire qui reste à replacer d’un lieu, par l’identifiant du lieu", readDeparture).
		raises(departure.ErrUnknownStop, place.ErrUnknownPlace),
	create("POST /departures", account.ActDepartureAnnounce, "Annoncer le départ d’un lieu", announceDeparture, announceAgain).
		raises(place.ErrUnknownPlace, label.ErrUnkept, label.ErrDecidedLater, label.ErrNotLabelled, departure.ErrAlreadyLeaving),

	read("GET /funders", account.ActFunderRead, "Lister les financeurs", listFunders),
	read("GET /agreements", account.ActAgreementRead, "Lister les conventions", listAgreements),
	read("GET /agreements/{id}", account.ActAgreementRead, "Lire une convention", readAgreement).raises(funding.ErrUnknownAgreement),
	create("POST /agreements", account.ActAgreementSign, "Enregistrer une convention entre financeurs", signAgreement, signAgreementAgain).
		raises(funding.ErrUnknownFunder),
	read("GET /agreements/{id}/versions", account.ActAgreementRead, "Lister les versions d’une convention, la dernière d’abord", listVersions).raises(funding.ErrUnknownAgreement),
	create("POST /agreements/{id}/versions", account.ActAgreementSign, "Signer un avenant à une convention", amendAgreement, amendAgreementAgain).
		raises(funding.ErrUnknownAgreement, funding.ErrUnknownFunder, funding.ErrAgreementMoved),
	read("GET /agreements/{id}/bill", account.ActAgreementRead, "Calculer qui paierait quoi d’une commande, ligne par ligne", readBill).
		raises(funding.ErrUnknownAgreement),

	read("GET /orders", account.ActOrderRead, "Lister les commandes", listOrders),
	read("GET /orders/{id}", account.ActOrderRead, "Lire une commande", readOrder).raises(funding.ErrUnknownOrder),
	read("GET /orders/{id}/lines", account.ActOrderRead, "Lire qui paie quoi d’une commande, ligne par ligne", listOrderLines).raises(funding.ErrUnknownOrder),
	create("POST /orders", account.ActOrderPlace, "Passer une commande", placeOrder, placeOrderAgain).needsKey().
		raises(funding.ErrUnknownAgreement, funding.ErrUnknownFunder, geography.ErrUnknownTerritory),
	read("GET /orders/{id}/balance", account.ActOrderRead, "Lire où en est l’argent d’une commande", readBalance).raises(funding.ErrUnknownOrder),
	read("GET /orders/{id}/receipts", account.ActOrderRead, "Lister les versements reçus pour une commande", listReceipts).raises(funding.ErrUnknownOrder),
	create("POST /orders/{id}/receipts", account.ActReceiptRecord, "Enregistrer un versement reçu", receive, receiveAgain).needsKey().
		raises(funding.ErrUnknownOrder, funding.ErrOrderClosed, funding.ErrNotInAgreement, funding.ErrReceiptOverShare),

	create("POST /orders/{id}/refunds", account.ActRefundMake, "Rembourser à un financeur ce qui n’a pas servi", payBack, payBackAgain).needsKey().
		raises(funding.ErrUnknownOrder, funding.ErrNotInAgreement, funding.ErrNotAvailable, funding.ErrNoFunderAccount, settlement.ErrNoIssuerAccount),
	create("POST /orders/{id}/rollovers", account.ActRefundMake, "Reporter sur une autre commande ce qui n’a pas servi", rollOver, rollOverAgain).needsKey().
		raises(funding.ErrUnknownOrder, funding.ErrOrderClosed, funding.ErrNotInAgreement, funding.ErrNotAvailable, funding.ErrReceiptOverShare, funding.ErrUnknownRollover),
	read("GET /orders/{id}/rollovers", account.ActRefundRead, "Lister les reports vers une commande et depuis elle", listRollovers),
	write("POST /orders/{id}/void", account.ActBookletVoid, "Rappeler les carnets d’une commande qui sont encore en stock, 500 au plus à la fois", voidStock, voidStockAgain).needsKey().
		raises(funding.ErrUnknownOrder),
	read("GET /refunds", account.ActRefundRead, "Lister les remboursements", listRefunds),
	read("GET /refunds/{id}", account.ActRefundRead, "Lire un remboursement", readRefund).raises(funding.ErrUnknownRefund),
	read("GET /refunds/{id}/file", account.ActRefundMake, "Lire le fichier de virement d’un remboursement", readRefundFile).
		raises(funding.ErrUnknownRefund, funding.ErrNoFunderAccount, settlement.ErrNoIssuerAccount),
	write("POST /refunds/{id}/debit", account.ActRefundMake, "Noter le débit d’un remboursement, vu sur le relevé de la banque", seeRefundDebit, seeRefundDebit).
		raises(funding.ErrUnknownRefund, funding.ErrRefundEnded),
	read("GET /funders/{id}/bank-details", account.ActRefundRead, "Lire le compte d’un financeur", readFunderAccount).raises(funding.ErrNoFunderAccount),
	write("PUT /funders/{id}/bank-details", account.ActRefundMake, "Enregistrer le compte d’un financeur", setFunderAccount, setFunderAccountAgain).
		raises(funding.ErrUnknownFunder, funding.ErrNoFunderAccount),
	read("GET /credits", account.ActRefundRead, "Lister ce qui est arrivé sur le compte dédié", listCredits),
	read("GET /credits/{id}", account.ActRefundRead, "Lire une somme arrivée sur le compte", readCredit).raises(funding.ErrUnknownCredit),
	create("POST /credits", account.ActReceiptRecord, "Enregistrer une somme arrivée sans savoir pour quelle commande", takeCredit, takeCreditAgain).needsKey().
		raises(bank.ErrBadIBAN, funding.ErrUnknownCredit),
	create("POST /credits/{id}/receipts", account.ActReceiptRecord, "Affecter à une commande ce qui attend", placeCredit, placeCreditAgain).needsKey().
		raises(funding.ErrUnknownCredit, funding.ErrCreditPlaced, funding.ErrUnknownOrder, funding.ErrOrderClosed, funding.ErrNotInAgreement, funding.ErrReceiptOverShare),
	create("POST /credits/{id}/return", account.ActRefundMake, "Noter le renvoi de ce qui attend, à qui l’a payé", sendBack, sendBackAgain).needsKey().
		raises(funding.ErrUnknownCredit, funding.ErrCreditPlaced),

	create("POST /orders/{id}/booklets", account.ActBookletPrint, "Imprimer des carnets dans le stock d’un guichet", printBooklets, printBookletsAgain).needsKey().
		raises(funding.ErrUnknownOrder, funding.ErrOrderClosed, funding.ErrOrderExhausted),

	create("POST /orders/{id}/print-batches", account.ActBookletPrint, "Imprimer des carnets par lots, en fichiers", beginPrintBatch, beginPrintBatchAgain).needsKey().
		raises(funding.ErrUnknownOrder, funding.ErrOrderClosed, funding.ErrOrderExhausted),
	read("GET /orders/{id}/print-batches", account.ActBookletPrint, "Lister les impressions par lots d’une commande", listPrintBatches).raises(funding.ErrUnknownOrder),
	read("GET /print-batches/{id}", account.ActBookletPrint, "Lire où en est une impression par lots", readPrintBatch).raises(printing.ErrUnknownBatch),
	read("GET /print-batches/{id}/files/{rank}", account.ActBookletPrint, "Prendre un fichier d’une impression par lots", readPrintFile).
		raises(printing.ErrUnknownBatch, printing.ErrPrintFileUnready, printing.ErrPrintFileDeleted),
	write("POST /print-batches/{id}/deletion", account.ActBookletPrint, "Supprimer les fichiers d’une impression, une fois imprimés", deletePrintFiles, deletePrintFiles).
		raises(printing.ErrUnknownBatch, printing.ErrPrintFileUnready),

	read("GET /booklets", account.ActBookletRead, "Lister les carnets", listBooklets).raises(funding.ErrUnknownOrder),
	read("GET /booklets/{number}", account.ActBookletRead, "Lire un carnet et ses chèques", readBooklet).
		raises(voucher.ErrBadNumber, voucher.ErrUnknownBooklet),
	write("POST /booklets/{number}/handover", account.ActBookletHandOver, "Remettre un carnet à une personne", handOver, handOverAgain).answers(201).needsKey().
		raises(voucher.ErrBadNumber, voucher.ErrUnknownBooklet, voucher.ErrAlreadyHandedOver, funding.ErrNotCovered, voucher.ErrBlocked, voucher.ErrExpired, voucher.ErrReplaced),
	write("POST /booklets/{number}/block", account.ActBookletBlock, "Bloquer un carnet perdu, volé ou abîmé", blockBooklet, blockBookletAgain).
		raises(voucher.ErrBadNumber, voucher.ErrUnknownBooklet, voucher.ErrBlocked, voucher.ErrExpired, voucher.ErrReplaced),

	write("POST /booklets/{number}/void", account.ActBookletVoid, "Rappeler un carnet, et rendre sa valeur aux financeurs", voidBooklet, voidBookletAgain).
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

	create("POST /bank-messages", account.ActPaymentConfirm, "Faire ce que répond la banque : rejets, débits, retours", takeAnswer, takeAnswer).
		raises(bank.ErrBadMessage, settlement.ErrNotOurFile, settlement.ErrNotOurAccount),
	read("GET /bank-messages", account.ActPaymentRead, "Lister ce que la banque a répondu", listBankMessages),
	read("GET /bank-messages/{id}", account.ActPaymentRead, "Lire une réponse de la banque, et ce qui a été fait de chaque ligne", readBankMessage).raises(settlement.ErrUnknownMessage),

	read("GET /journal", account.ActJournalRead, "Lire le journal en partie double", listJournal),
	read("GET /journal/balance", account.ActJournalRead, "Lire la balance : les débits et les crédits de chaque compte, à tout instant", readTrialBalance),
	read("GET /journal/closings", account.ActJournalRead, "Lister les clôtures du journal", listClosings),
	create("POST /journal/closings", account.ActJournalClose, "Clore le journal jusqu’à un jour passé", closePeriod, closePeriodAgain).
		raises(ledger.ErrPeriodRunning, ledger.ErrPeriodClosed, ledger.ErrUnknownClosing),
	read("GET /solvency", account.ActSolvencyRead, "Lire ce que l’argent reçu couvre, si tout s’arrêtait maintenant", readSolvency),

	read("GET /log", account.ActLogRead, "Lire la clé et le dernier point de contrôle du registre scellé", readLog).fromAnyOrigin().raises(audit.ErrEmptyLog),
	read("GET /log/checkpoints", account.ActLogRead, "Lister les points de contrôle, le dernier d’abord", listCheckpoints).fromAnyOrigin().raises(audit.ErrNoCheckpoint),
	read("GET /log/consistency", account.ActLogRead, "Prouver qu’un point de contrôle en continue un autre", readConsistency).fromAnyOrigin().
		raises(audit.ErrEmptyLog, audit.ErrNoCheckpoint),
	read("GET /log/proofs/{leaf}", account.ActLogRead, "Prouver qu’un acte est dans le registre", readProof).fromAnyOrigin().
		raises(audit.ErrUnknownLeaf, audit.ErrUnsealedLeaf, audit.ErrEmptyLog),

	read("GET /desks", account.ActOrderPlace, "Lister les guichets qui peuvent recevoir des carnets", listDesks),
	read("GET /organisations", account.ActOrganisationRead, "Lister votre organisation, ou toutes pour qui les suit", listOrganisations).
		raises(fault.ErrNotFound),
	read("GET /organisations/{id}/bank-details", account.ActBankDetailsRead, "Lire le compte de tous les lieux d’une organisation", readCommonDetails).
		raises(label.ErrNoBankDetails, db.ErrErased),
	write("PUT /organisations/{id}/bank-details", account.ActBankDetailsEnter, "Donner un compte pour tous les lieux d’une organisation", setCommonDetails, setCommonDetails),
	read("GET /organisations/{id}", account.ActOrganisationRead, "Lire une organisation", readOrganisation),
}

// applicationRefusals are those of a request about one application.
var applicationRefusals = []*fault.Error{label.ErrUnknownApplication, label.ErrWrongState, label.ErrNotAssigned, label.ErrOwnOrganisation, db.ErrErased}

// moves makes an operation that moves an application and answers it; a request
// repeated under its key is answered with where it stands now.
func moves[I applicationInput](route string, act account.Act, summary string, do writer[I, ApplicationView]) operation {
	return write(route, act, summary, do, movedApplication[I]).raises(applicationRefusals...)
}

// redemptionRefusals are those of a coupon presented at a site.
var redemptionRefusals = []*fault.Error{
	voucher.ErrBadNumber, voucher.ErrUnknownNumber, fault.ErrTooMany, place.ErrUnknownPlace,
	workshop.ErrUnknownSession, workshop.ErrSessionCancelled, voucher.ErrOtherSession,
	voucher.ErrAlreadyRedeemed, voucher.ErrPaid, voucher.ErrExpired, voucher.ErrBlocked, voucher.ErrReplaced, voucher.ErrNotLive,
	voucher.ErrOtherTerritory, voucher.ErrOtherService, voucher.ErrTooEarly, voucher.ErrNotLabelled, voucher.ErrHeldElsewhere, voucher.ErrSpecimen,
}

var reversalRefusals = []*fault.Error{
	voucher.ErrUnknownRedemption, voucher.ErrReasonRequired, voucher.ErrStatementClosed, voucher.ErrAlreadyReversed,
}
