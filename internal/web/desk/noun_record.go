package desk

import (
	"reflect"

	"counterclaim/internal/narrative"
)

var recordForm = nounForm{
	kind: narrative.KindRecord, one: "record", many: "Records", blank: narrative.Record{}, title: "title",
	lede: "A document, order, count, picture or recording that bears on a fact. It is neither a position nor a verdict: it stands under its row as what can be checked.",
	fields: []formField{
		{key: "title", label: "Title"},
		slugField("the title"),
		{key: "kind", label: "Kind", as: asChoice, choices: reflect.TypeFor[narrative.RecordKind](), none: "choose"},
		{key: "maker", label: "Maker", help: "Who made it."},
		{key: "date", label: "When it was made", as: asDate},
		{key: "where", label: "Where it can be found", help: "An address, or an archive’s mark."},
		{key: "checked", label: "How it was checked", help: "Or that it was not."},
		{key: "checked_by", label: "Checked by", help: "A role, never a person’s name."},
		{key: "shows", label: "What it shows", as: asArea, lines: 3, guarded: true},
		{key: "shows_not", label: "What it does not show", as: asArea, lines: 3, guarded: true},
		{key: "bears_on", label: "Bears on", as: asRows, one: "bearing", fields: []formField{
			{key: "fact", label: "Contested fact", as: asOne, kind: narrative.KindFact},
			{key: "aspect", label: "Aspect", help: "Its short name; empty for the fact as a whole."},
		}},
	},
}
