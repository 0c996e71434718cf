package api

import (
	"context"
	"net/http"
	"net/url"

	"counterclaim/internal/edition"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// An ArticleSummary is an article as lists have it.
type ArticleSummary struct {
	Slug           string    `json:"slug" doc:"Its name in addresses." example:"gazette-2031-03-15"`
	Self           string    `json:"self" format:"uri" doc:"Where it is in this API." example:"https://counterclaim.example/api/v1/articles/gazette-2031-03-15"`
	Page           string    `json:"page" format:"uri" doc:"Its page for readers." example:"https://counterclaim.example/articles/gazette-2031-03-15"`
	Headline       string    `json:"headline" doc:"Its headline." example:"Bridge shut to carts, guild says"`
	HeadlineBy     string    `json:"headline_by,omitempty" doc:"Who worded the headline, where the text has none of its own." example:"desk"`
	URL            string    `json:"url,omitempty" format:"uri" doc:"Where its publisher has it." example:"https://gazette.example/2031/03/15/bridge"`
	Outlet         Noun      `json:"outlet" doc:"Who published it."`
	Identified     string    `json:"identified,omitempty" doc:"How the publisher is known." example:"given"`
	IdentifiedNote string    `json:"identified_note,omitempty" doc:"From what the publisher is inferred." example:"The style of its dateline."`
	Kind           string    `json:"kind" doc:"What kind of text it is: report, statement, readout, document, transcript or post." example:"report"`
	Byline         string    `json:"byline,omitempty" doc:"Who wrote it, as printed." example:"By our man on the quay"`
	Lang           string    `json:"lang" doc:"The language of the text (BCP 47)." example:"en"`
	Translated     string    `json:"translated,omitempty" doc:"Whether the text is a translation." example:"stated"`
	Published      Date      `json:"published" doc:"When it appeared."`
	Captured       string    `json:"captured,omitempty" format:"date" doc:"The day on which its text was taken down." example:"2031-07-01"`
	Rights         string    `json:"rights" doc:"What of its text readers see: excerpt is the quoted passages, full is all." example:"excerpt"`
	Credit         string    `json:"credit,omitempty" doc:"Whom to credit." example:"Harbour Gazette"`
	Note           string    `json:"note,omitempty" doc:"What the editors say of it." example:"The second edition of the day."`
	Withheld       *Withheld `json:"withheld,omitempty" doc:"Since when and why its headline, address and words are not shown; absent of all others."`
	Citation       string    `json:"citation" doc:"The article in a line." example:"Harbour Gazette, 15 March 2031"`
}

func (a *API) articleSummary(x edition.Article, outlet string) ArticleSummary {
	return ArticleSummary{
		Slug: x.Slug, Self: a.self(ui.ArticlePath(x.Slug)), Page: a.page(ui.ArticlePath(x.Slug)), Headline: x.Headline, HeadlineBy: x.HeadlineBy,
		URL: ui.TextFragment(x.URL, nil), Outlet: a.noun(x.Outlet, outlet, ui.OutletPath), Identified: x.Identified, IdentifiedNote: x.IdentNote,
		Kind: x.Kind, Byline: x.Byline, Lang: x.Lang, Translated: x.Translated, Published: date(x.Published), Captured: x.Captured,
		Rights: x.Rights, Credit: x.Credit, Note: x.Note, Citation: x.Citation.String(), Withheld: withheld(x.Withheld),
	}
}

// A ListedArticle is an article with the number of its claims.
type ListedArticle struct {
	ArticleSummary
	Fiction  bool   `json:"fiction" doc:"It is invented, for practice: so are all contested facts on which it stands." example:"true"`
	Claims   int    `json:"claims" minimum:"0" doc:"How many claims are tagged in it." example:"9"`
	ClaimsAt string `json:"claims_at" format:"uri" doc:"The list of its claims." example:"https://counterclaim.example/api/v1/claims?article=gazette-2031-03-15"`
}

func (a *API) listedArticle(x edition.Article, outlet string, claims int, fiction bool) ListedArticle {
	return ListedArticle{a.articleSummary(x, outlet), fiction, claims, a.page(ui.APIFilterPath(ui.APIClaimsPath, "article", x.Slug))}
}

// An Article is an article with its passages.
type Article struct {
	ListedArticle
	ReadFor  []FactRef `json:"read_for" doc:"The contested facts for which the whole text was read. Only of these can be said what it does not say."`
	Passages []Passage `json:"passages" maxItems:"1000" doc:"The quoted passages, in the article's order."`
}

// A Passage is where the words of a claim stand in an article.
type Passage struct {
	Claim   string      `json:"claim" doc:"The claim's code." example:"V8N-K4HM"`
	Fiction bool        `json:"fiction" doc:"The claim is invented, for practice." example:"true"`
	Self    string      `json:"self" format:"uri" doc:"The claim in this API." example:"https://counterclaim.example/api/v1/claims/V8N-K4HM"`
	Page    string      `json:"page" format:"uri" doc:"The claim's page for readers." example:"https://counterclaim.example/claims/V8N-K4HM"`
	Words   []string    `json:"words" doc:"The words as printed, a string for each segment; between two segments something is left out."`
	Changed *TextChange `json:"changed,omitempty" doc:"What the outlet has done to the words since; absent where nothing of it is known."`
	Block   int         `json:"block" minimum:"0" doc:"The number of the paragraph in the text, or in the excerpt of it, from 0." example:"2"`
	Spans   []Span      `json:"spans" doc:"Where the segments stand in the paragraph."`
}

// A Span is where a segment stands in its paragraph.
type Span struct {
	Start int `json:"start" minimum:"0" doc:"Its beginning, in Unicode code points from that of the paragraph." example:"14"`
	End   int `json:"end" minimum:"0" doc:"Its end, likewise; the code point there is no longer of it." example:"92"`
}

func (a *API) article(p store.ArticlePage) Article {
	article := Article{ListedArticle: a.listedArticle(p.Article, p.Outlet.Name, len(p.Passages), p.Fiction), ReadFor: []FactRef{}, Passages: []Passage{}}
	for _, f := range p.ReadFor {
		article.ReadFor = append(article.ReadFor, FactRef{a.noun(f.Slug, f.Title, ui.FactPath), f.Fiction})
	}
	for _, x := range p.Passages {
		claim := x.Rows[0].Claim
		path := ui.ClaimPath(claim.Code)
		passage := Passage{Claim: claim.Code, Fiction: areInvented(x.Rows), Self: a.self(path), Page: a.page(path), Words: orEmpty(claim.Segments), Changed: textChange(claim.Changed), Block: x.Block, Spans: []Span{}}
		for i := range x.Starts {
			passage.Spans = append(passage.Spans, Span{x.Starts[i], x.Ends[i]})
		}
		article.Passages = append(article.Passages, passage)
	}
	return article
}

type articlePath struct {
	Slug string `path:"slug" maxLength:"80" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$" doc:"The article's name in addresses." example:"gazette-2031-03-15"`
}

func registerArticles(a *API) {
	describe[ArticleSummary](a, "An article with what is known of it, without its text.")
	describe[ListedArticle](a, "An article with the number of its claims.")
	describe[Article](a, "An article with its quoted passages.")
	describe[Passage](a, "Where the words of a claim stand in an article.")
	describe[Span](a, "Where a segment stands in its paragraph.")
	list(a, reading("list-articles", "Articles", "/v1/articles", "All articles", "The articles in which claims are tagged, the newest first, those of no known day last."),
		func(ctx context.Context, in *Paging) ([]ListedArticle, string, error) {
			l, err := a.store.ArticleDocuments(ctx, in.After, in.Limit)
			return each(l.Rows, func(d store.Document[edition.Article]) ListedArticle {
				return a.listedArticle(d.Doc, d.Related, d.Count, d.Fiction)
			}), l.More, err
		},
		func(in *Paging) (string, url.Values) { return ui.APIOf(ui.ArticlesPath), in.query() })
	get(a, reading("read-article", "Articles", "/v1/articles/{slug}", "One article", "An article by its slug, today's or one of the past, with its quoted passages in its own order.",
		http.StatusMovedPermanently, http.StatusNotFound, http.StatusGone),
		func(ctx context.Context, in *articlePath) (Article, error) {
			p, err := a.store.Article(ctx, in.Slug)
			return a.article(p), a.movedBy(err, apiPath(ui.ArticlePath))
		})
}
