package narrative

// An Article is a piece that an outlet or office published, with the passages that were taken from it.
type Article struct {
	Slug       Slug           `yaml:"slug"`
	Outlet     Slug           `yaml:"outlet"`
	Identified Identification `yaml:"identified"`
	Kind       ArticleKind    `yaml:"kind"`
	Headline   string         `yaml:"headline"`
	HeadlineBy HeadlineBy     `yaml:"headline_by"`
	URL        string         `yaml:"url,omitempty"` // http or https
	Byline     string         `yaml:"byline,omitempty"`
	Language   string         `yaml:"language"`             // BCP 47
	Translated Translation    `yaml:"translated,omitempty"` // whether the text is a translation
	Published  Date           `yaml:"published"`
	Captured   Day            `yaml:"captured,omitempty"`   // the day on which the desk took the text down
	Credit     string         `yaml:"credit,omitempty"`     // the piece or readout that it says it reworks
	ReprintOf  []Slug         `yaml:"reprint_of,omitempty"` // the articles whose text it prints again, whole or in part; in order
	Rights     Rights         `yaml:"rights"`
	Note       string         `yaml:"note,omitempty"` // shown on the article's page
	ReadFor    []Reading      `yaml:"read_for,omitempty"`
	Blocks     []Block        `yaml:"passages"`
}

// An Identification says how sure it is that the outlet published the article.
type Identification struct {
	Basis  Basis  `yaml:"basis"`
	Reason string `yaml:"reason,omitempty"`
}

// An ArticleKind says what sort of piece an article is.
type ArticleKind string

// The kinds of article.
const (
	Report        ArticleKind = "report"
	StatementText ArticleKind = "statement"
	Readout       ArticleKind = "readout"
	DocumentText  ArticleKind = "document"
	Transcript    ArticleKind = "transcript"
	Post          ArticleKind = "post"
)

// HeadlineBy says whose a headline is: the article's, or the desk's where the text gives none.
type HeadlineBy string

// Whose headline it is.
const (
	ByArticle HeadlineBy = "article"
	ByDesk    HeadlineBy = "desk"
)

// A Translation says whether a text is a translation; "" means that nothing suggests it.
type Translation string

// The degrees of certainty about a translation.
const (
	TranslationStated Translation = "stated"
	TranslationLikely Translation = "likely"
)

// Rights says how much of an article's text readers may see.
type Rights string

// The rights to an article's text.
const (
	RightsExcerpt Rights = "excerpt" // quoted passages up to a bounded share
	RightsFull    Rights = "full"    // licensed or own: the whole text
)

// A Reading says that somebody has read the whole text of an article for one fact.
type Reading struct {
	Fact Slug   `yaml:"fact"`
	By   string `yaml:"by"` // a role, never a person's name
	On   Day    `yaml:"day"`
}

// A Block is a run of an article's own words, verbatim, inside one paragraph: the union of the passages of its claims.
// An excerpt capture is made of an article's blocks, in the article's order.
type Block struct {
	Text   string  `yaml:"text"`
	Claims []Claim `yaml:"claims"`
}
