package desk

import "counterclaim/internal/narrative"

var partyForm = nounForm{
	kind: narrative.KindParty, one: "party", many: "Parties", blank: narrative.Party{}, title: "name",
	lede: "A side for which sources speak. Parties are never merged because a text lumps them together: “the one side” is neither its government nor its local authorities unless the text says so.",
	fields: []formField{
		{key: "name", label: "Name"},
		slugField("the name"),
		noteField,
	},
}
