package desk

import (
	"reflect"

	"counterclaim/internal/narrative"
)

var eventForm = nounForm{
	kind: narrative.KindEvent, one: "event", many: "Events", blank: narrative.Event{}, title: "title",
	lede: "An occasion: when and where something was said or happened. For a call or a meeting each participant’s own account is expected: held, looked for, or not issued.",
	fields: []formField{
		{key: "title", label: "Title", guarded: true},
		slugField("the title"),
		{key: "kind", label: "Kind", as: asChoice, choices: reflect.TypeFor[narrative.EventKind](), none: "choose"},
		{key: "date", label: "When", as: asDate},
		{key: "place", label: "Place", as: asOne, kind: narrative.KindPlace},
		{key: "participants", label: "Participants", as: asMany, kind: narrative.KindSource},
		{key: "expected", label: "Expected accounts", as: asRows, one: "account", help: "Whose own telling of it could be expected.", fields: []formField{
			{key: "of", label: "Of", as: asOne, kind: narrative.KindSource},
			{key: "state", label: "State", as: asChoice, choices: reflect.TypeFor[narrative.AccountState](), none: "choose",
				words: map[string]string{"held": "held: an article carries it", "looked-for": "looked for, not found", "not-issued": "the source says that it issued none", "not-looked-for": "nobody has looked yet"}},
			{key: "article", label: "Article that carries it", as: asOne, kind: narrative.KindArticle},
			{key: "where", label: "Where it was looked for"},
			{key: "day", label: "Day on which it was looked for"},
			{key: "note", label: "Note"},
		}},
		noteField,
	},
}
