package desk

import (
	"reflect"

	"counterclaim/internal/narrative"
)

var articleForm = nounForm{
	kind: narrative.KindArticle, one: "article", many: "Articles", blank: narrative.Article{}, title: "headline",
	lede: "A piece that an outlet or office published. Its text comes by intake and its claims by tagging; here stands what is known of it, and for which facts somebody has read the whole of it.",
	fields: []formField{
		{key: "headline", label: "Headline"},
		slugField("the headline"),
		{key: "headline_by", label: "Whose headline", as: asChoice, choices: reflect.TypeFor[narrative.HeadlineBy](), none: "choose",
			words: map[string]string{"article": "the article’s", "desk": "the desk’s, since the text gives none"}},
		{key: "outlet", label: "Outlet", as: asOne, kind: narrative.KindOutlet},
		{key: "identified", as: asGroup, label: "How sure it is who published it", fields: []formField{
			{key: "basis", label: "The outlet is", as: asChoice, choices: reflect.TypeFor[narrative.Basis](), none: "choose",
				words: map[string]string{"given": "given by the text or its address", "inferred": "inferred", "unknown": "unknown"}},
			{key: "reason", label: "Why, if inferred or unknown"},
		}},
		{key: "kind", label: "Kind", as: asChoice, choices: reflect.TypeFor[narrative.ArticleKind](), none: "choose"},
		{key: "url", label: "Address", help: "Of the original."},
		{key: "byline", label: "Byline"},
		{key: "language", label: "Language", help: "A tag such as en, hy or az-Cyrl."},
		{key: "translated", label: "Translation", as: asChoice, choices: reflect.TypeFor[narrative.Translation](), none: "nothing suggests one",
			words: map[string]string{"stated": "the text says so", "likely": "likely"}},
		{key: "published", label: "Published", as: asDate},
		{key: "captured", label: "Taken down on", help: "The day on which the desk took the text down."},
		{key: "credit", label: "Credit", help: "The piece or readout that it says it reworks."},
		{key: "reprint_of", label: "Prints again", as: asMany, kind: narrative.KindArticle,
			help: "Articles whose text it has, whole or in part. What it has from them counts as theirs, not as a second origin."},
		{key: "rights", label: "Rights", as: asChoice, choices: reflect.TypeFor[narrative.Rights](), none: "choose",
			words: map[string]string{"excerpt": "excerpt: quoted passages up to a bounded share", "full": "full: licensed or our own"}},
		noteField,
		{key: "read_for", label: "Read for", as: asRows, one: "reading",
			help: "For which facts somebody has read the whole text. Only then may a page say that nothing was found in it.", fields: []formField{
				{key: "fact", label: "Contested fact", as: asOne, kind: narrative.KindFact},
				{key: "by", label: "Read by", help: "A role, never a person’s name."},
				{key: "day", label: "On"},
			}},
	},
}
