// Package narrative holds the words of the program as types: disputes, contested facts, positions, claims,
// counter-claims and what they hang on, with the rules that need no database.
//
// It knows nothing of files, SQL or HTML. The yaml tags name the keys of the corpus format (docs/format.md); the order of
// the fields is the order in which a corpus file is written.
package narrative

// A Collection is a set of nouns that refer to each other by slug and code: a whole corpus, or all that hangs on one
// fact. Lists are in a stated order (see [Collection.Sort]).
type Collection struct {
	Disputes []Dispute
	Parties  []Party
	Outlets  []Outlet
	Sources  []Source
	Places   []Place
	Terms    []Term
	Events   []Event
	Records  []Record
	Facts    []Fact
	Articles []Article
}

// A Kind names a sort of noun, in the singular, as tables, addresses and reports use it.
type Kind string

// The kinds of noun in a [Collection].
const (
	KindDispute Kind = "dispute"
	KindParty   Kind = "party"
	KindOutlet  Kind = "outlet"
	KindSource  Kind = "source"
	KindPlace   Kind = "place"
	KindTerm    Kind = "term"
	KindEvent   Kind = "event"
	KindRecord  Kind = "record"
	KindFact    Kind = "fact"
	KindArticle Kind = "article"
	KindClaim   Kind = "claim"
)

// A Slug is a noun's name in addresses: lower-case ASCII letters, digits and single hyphens, 2 to 80 bytes, beginning
// with a letter or digit. A slug is unique for its kind for ever. See [Slug.Valid].
type Slug string
