package desk

import (
	"reflect"

	"counterclaim/internal/narrative"
)

var sourceForm = nounForm{
	kind: narrative.KindSource, one: "source", many: "Sources", blank: narrative.Source{}, title: "name",
	lede: "The person or body that asserts. Persons, bodies and sides can hold a position; unnamed plurals (“many experts”) and outlets are listed apart.",
	fields: []formField{
		{key: "name", label: "House name", help: "How the desk’s own text calls it, everywhere alike."},
		slugField("the name"),
		{key: "printed", label: "Other forms of the name, as printed", as: asLines, lines: 3, help: "One a line, in whatever script."},
		{key: "kind", label: "Kind", as: asChoice, choices: reflect.TypeFor[narrative.SourceKind](), none: "choose",
			words: map[string]string{"person": "a person", "body": "an office, ministry or organisation", "side": "a side, as a text has it", "unnamed": "an unnamed plural"}},
		{key: "party", label: "Party that it speaks for", as: asOne, kind: narrative.KindParty, help: "Empty for none."},
		{key: "offices", label: "Offices over time", as: asRows, one: "office", fields: []formField{
			{key: "title", label: "Office"},
			{key: "from", label: "First day", help: "2023-01-24; empty if not known."},
			{key: "until", label: "Last day"},
		}},
		noteField,
	},
}
