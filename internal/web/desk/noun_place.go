package desk

import "counterclaim/internal/narrative"

var placeForm = nounForm{
	kind: narrative.KindPlace, one: "place", many: "Places", blank: narrative.Place{}, title: "shown",
	lede: "A place with each name used for it. Editors’ text names it by its mark, and readers may choose whose names they see; words of others keep theirs.",
	fields: []formField{
		{key: "shown", label: "Name in editors’ text", help: "By the dispute’s policy for names."},
		slugField("the name"),
		{key: "names", label: "Names", as: asRows, one: "name", fields: []formField{
			{key: "form", label: "Form"},
			{key: "language", label: "Language", help: "A tag, with the script where it is not the usual one: az, az-Cyrl, hy."},
			{key: "used_by", label: "Used by", as: asMany, kind: narrative.KindParty, help: "Parties that use it."},
			{key: "from", label: "First day of use", help: "Empty if not known."},
			{key: "until", label: "Last day of use", help: "Empty if still used or not known."},
			{key: "note", label: "Note"},
		}},
		noteField,
	},
}
