package desk

import (
	"counterclaim/internal/narrative"
)

// plurals are the kinds of noun as addresses of the desk name them.
var plurals = map[narrative.Kind]string{
	narrative.KindDispute: "disputes", narrative.KindParty: "parties", narrative.KindOutlet: "outlets", narrative.KindSource: "sources",
	narrative.KindPlace: "places", narrative.KindTerm: "terms", narrative.KindEvent: "events", narrative.KindRecord: "records",
	narrative.KindFact: "facts", narrative.KindArticle: "articles", narrative.KindClaim: "claims",
}

// listPath is the list of the nouns of a kind.
func listPath(kind narrative.Kind) string { return "/desk/" + plurals[kind] }

// nounPath is the form of a noun: of a claim by its code, of any other by its slug.
func nounPath(kind narrative.Kind, key string) string { return listPath(kind) + "/" + key }

// newPath is the form of a new noun.
func newPath(kind narrative.Kind) string { return listPath(kind) + "/new" }

// historyPath is the log of a noun.
func historyPath(kind narrative.Kind, key string) string { return nounPath(kind, key) + "/history" }

// tagPath is where an article is tagged.
func tagPath(article narrative.Slug) string {
	return nounPath(narrative.KindArticle, string(article)) + "/tag"
}

// reviewPath is a fact's working copy, with what publishing it would change.
func reviewPath(fact narrative.Slug) string {
	return nounPath(narrative.KindFact, string(fact)) + "/review"
}
