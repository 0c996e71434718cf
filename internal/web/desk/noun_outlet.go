package desk

import "counterclaim/internal/narrative"

var outletForm = nounForm{
	kind: narrative.KindOutlet, one: "outlet", many: "Outlets", blank: narrative.Outlet{}, title: "name",
	lede: "Who publishes articles: a newspaper, an agency, an office that publishes its own statements. It is a source of its own for what it asserts in its own voice, and never counts as a holder.",
	fields: []formField{
		{key: "name", label: "Name", help: "As it calls itself."},
		slugField("the name"),
		{key: "description", label: "Description", as: asArea, lines: 2, help: "Whose it is and what sort of outlet, in plain words."},
		{key: "country", label: "Country"},
		{key: "language", label: "Usual language", help: "A tag such as en, hy or az-Cyrl."},
		{key: "unknown", label: "Stands for an outlet that could not be identified", as: asBox},
		{key: "boilerplate", label: "Lines of its site that are no part of an article", as: asLines, lines: 3, help: "The beginning of each, one a line."},
		noteField,
	},
}
