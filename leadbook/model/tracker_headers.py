"""What small firms call our columns in trackers of their own: English trades, and French, Spanish and German ones."""

from __future__ import annotations

# These say who works on a lead only where the cells name people: "Vertrieb" may also say by which channel, "Sales"
# how much, "Commercial" what kind of building, and "Mitarbeiter" how many.
NAMED_BY_PEOPLE: tuple[str, ...] = (
    "Vertrieb", "Außendienst", "ADM", "Berater", "Mitarbeiter", "Sales", "AE", "KAM", "SDR", "BDR", "Agent", "Closer",
    "Estimator", "Commercial", "Comercial", "Agente", "Conseiller", "Asesor",
)  # fmt: skip

TRACKER_ALIASES: dict[str, tuple[str, ...]] = {
    "company": ("Business", "Prospect", "Société / Client", "Nombre de la Empresa", "Nom de l'entreprise",
                "Nombre Empresa", "Compañía", "Ditta"),
    "job_title": ("Cargo", "Puesto", "Poste", "Fonction", "Función", "Ruolo"),
    "employees": ("Nº Empleados", "Nº de Empleados", "N Empleados", "Número de Empleados", "Empleados", "Effectif",
                  "Effectifs", "Nb Salariés", "Nombre de Salariés", "Salariés", "Anzahl Mitarbeiter",
                  "Mitarbeiteranzahl", "Anzahl MA", "Dipendenti", "# Employees", "No Employees"),
    "phone": ("Numéro de Téléphone", "N Téléphone", "Número de Teléfono", "N Teléfono", "Teléfono Móvil", "Celular",
              "Rufnummer", "Tel Nr", "Telefonnr", "Cellulare"),
    "street": ("Property Address", "Site Address", "Job Address", "Service Address", "Project Address"),
    "source": ("Lead From", "How Found", "How They Found Us", "How Did You Hear About Us", "Heard About Us",
               "Referred By", "Procedencia", "Canal", "Provenance", "Comment Connu", "Kanal", "Woher", "Provenienza"),
    "owner": ("Suivi par", "Géré par", "Affaire Suivie Par", "Gestor", "Llevado Por", "Asignado a", "Assigné à",
              "Attribué à", "Handled by", "Looked After By"),
    "stage": ("État", "Avancement", "Estatus", "Estado del Lead", "Situación", "Bearbeitungsstand", "Verkaufsstand",
              "Projektstand", "Stato", "Fortschritt"),
    "created": ("Date In", "Lead Date", "Inquiry Date", "Enquiry Date", "Date Received", "Received", "Received On",
                "Call In Date", "Anfrage vom", "Anfrage am", "Anfragedatum", "Eingang", "Eingang am", "Eingegangen am",
                "Date d'entrée", "Date Demande", "Date de Demande", "Date de la Demande", "Fecha Alta", "Fecha de Alta",
                "Fecha Entrada", "Fecha de Entrada", "Fecha Creación"),
    "first_contacted": ("Premier Contact", "Primer Contacto", "Date Premier Contact", "Fecha Primer Contacto"),
    "last_activity": ("Último Contacto", "Última Actividad", "Fecha Último Contacto", "Dernier Contact",
                      "Dernière Relance", "Dernière Action", "Date Dernier Contact", "Zuletzt Kontaktiert",
                      "Letzter Anruf", "Last Call", "Last Spoke", "Last Contacted On", "Last Contact Date",
                      "Last Touched", "Last Touched On", "Ultimo Contatto"),
    "next_step": ("À Faire", "Action à Faire", "Próxima Acción", "Siguiente Acción", "Acción Siguiente", "To Do",
                  "Nächste Schritte", "Next Action", "Prossimo Passo"),
    "next_step_date": ("Follow Up", "Follow Up On", "Followup", "Next Action Date", "Call Back", "Call Back Date",
                       "Relance", "Relances", "Date Relance", "Date de Relance", "Prochaine Relance", "Relancer le",
                       "À Relancer le", "Prochain Contact", "Prochain Rendez-vous", "Date Prochaine Action",
                       "Date Prochaine Étape", "Fecha Próxima Acción", "Fecha Próximo Paso", "Próximo Contacto",
                       "Próxima Llamada", "Fecha de Seguimiento", "Fecha Seguimiento", "Seguimiento", "WV", "WVL",
                       "Nächste Wiedervorlage", "Rückruf am", "Termin Nächster Schritt", "Next Action Due",
                       "Next Action On", "Next Step Due", "Next Step Due Date"),
    "amount": ("Bid", "Bid Amount", "Bid Total", "Bid Price", "Quoted", "Quote Amount", "Quote Total", "Quote Value",
               "Quoted Price", "Estimate Amount", "Estimate Total", "Contract Amount", "Job Value", "Job Total",
               "Project Value", "Montant HT", "Montant TTC", "Montant du Devis", "Montant Devis", "Total HT", "Prix HT",
               "Importe Anual", "Importe Total", "Importe Oferta", "Importe de la Oferta", "Valor", "Valor Estimado",
               "Importe Estimado", "Auftragsvolumen", "Angebotsvolumen", "Angebotspreis", "Angebotsbetrag", "Importo",
               "Valore"),
    "close_date": ("Fecha Prevista Cierre", "Fecha Prevista de Cierre", "Fecha Cierre", "Fecha Cierre Prevista",
                   "Fecha Estimada de Cierre", "Cierre Estimado", "Signature Prévue", "Date Signature Prévue",
                   "Date de Signature Prévue", "Clôture Prévue", "Date Clôture", "Date de Clôture Prévue",
                   "Voraussichtlicher Abschluss", "Erwarteter Abschluss", "Geplanter Abschluss", "Abschluss Geplant",
                   "Decision Date", "Expected Decision", "Expected Decision Date", "Data Chiusura"),
    "lost_reason": ("Raison de Perte", "Motif de Perte", "Raison Perdu", "Motivo de Pérdida", "Motivo Pérdida",
                    "Motivo de la Pérdida", "Why Lost", "Why We Lost", "Why Was It Lost", "Lost Because",
                    "Lost Because Of", "Lost Due To", "Reason for Loss", "Reason for Losing", "Reason Why Lost",
                    "Verloren Weil", "Warum Verloren", "Grund Verloren", "Grund für Verlust", "Grund der Absage",
                    "Grund für Absage", "Absage Weil", "Ablehnungsgrund", "Perdu Car", "Perdu Parce Que",
                    "Pourquoi Perdu", "Cause de Perte", "Raison de la Perte", "Motif de la Perte", "Raison du Refus",
                    "Perdido Porque", "Por Qué se Perdió", "Razón de Pérdida", "Razón de la Pérdida",
                    "Causa de Pérdida"),
    "notes": ("Observations", "Comentarios", "Anmerkung", "Anmerkungen", "Note / Remarques"),
}  # fmt: skip

#: What they call the column of whole names.
WHOLE_NAMES: tuple[str, ...] = (
    "Persona de Contacto", "Contacto", "Nombre de Contacto", "Nombre del Contacto", "Nombre y Apellidos",
    "Interlocuteur", "Personne de Contact", "Personne à Contacter", "Nom du Contact", "Kontaktperson",
    "Referente", "Homeowner", "Homeowner Name", "Property Owner", "Nom Prénom", "Nom et Prénom",
)  # fmt: skip
