package desk

import "counterclaim/internal/narrative"

var termForm = nounForm{
	kind: narrative.KindTerm, one: "loaded word", many: "Loaded words", blank: narrative.Term{}, title: "word",
	lede: "A word that one side uses for a thing. Readers find it in the ledger of words; editors are told of it when they write it.",
	fields: []formField{
		{key: "word", label: "Word"},
		slugField("the word"),
		{key: "dispute", label: "Dispute", as: asOne, kind: narrative.KindDispute},
		{key: "forms", label: "Other forms to look for", as: asLines, lines: 3, help: "One a line: besieged, besieging."},
		{key: "used_by", label: "Used by", as: asMany, kind: narrative.KindParty, help: "Parties that use it."},
		{key: "plain", label: "Plain word", help: "What editors write instead."},
		noteField,
	},
}
