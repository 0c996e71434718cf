package api

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// A Claim is one assertion, by one source, in one passage of one article.
type Claim struct {
	Code         string         `json:"code" pattern:"^[0-9A-Z]{3}-[0-9A-Z]{4}$" doc:"Its name for ever." example:"V8N-K4HM"`
	Self         string         `json:"self" format:"uri" doc:"Where it is in this API." example:"https://counterclaim.example/api/v1/claims/V8N-K4HM"`
	Page         string         `json:"page" format:"uri" doc:"Its page for readers." example:"https://counterclaim.example/claims/V8N-K4HM"`
	Who          string         `json:"who" doc:"Who said it, through whom, where and how, in words. Show it with the words, always." example:"Carters’ guild, in a statement; Harbour Gazette, paraphrasing:"`
	Words        []string       `json:"words" minItems:"1" doc:"The words as printed, a string for each segment; between two segments something is left out. They are never altered."`
	Changed      *TextChange    `json:"changed,omitempty"  doc:"What the outlet has done to the words since; absent where nothing of it is known."`
	Withheld     *Withheld      `json:"withheld,omitempty" doc:"Since when and why the words are not shown; absent of all others. The place of the words then says so."`
	Quoted       bool           `json:"quoted" doc:"It is a direct quotation that has no quotation marks of its own." example:"false"`
	Lang         string         `json:"lang" doc:"The language of the words (BCP 47)." example:"en"`
	Dir          string         `json:"dir" enum:"ltr,rtl" doc:"The direction in which they are written." example:"ltr"`
	When         string         `json:"when" doc:"When it was said, issued or published, in words." example:"Statement of 2 March 2031."`
	Notes        []string       `json:"notes" doc:"What one must know beside who and when, such as that it is a translation."`
	Voice        string         `json:"voice" enum:"direct,paraphrase,outlet" doc:"How it is printed: as a direct quotation, as a paraphrase, or in the outlet's own voice." example:"paraphrase"`
	Basis        string         `json:"basis,omitempty" enum:"witness,document,own-count,statement" doc:"What the source says it knows it from; absent where it does not say." example:"own-count"`
	Source       Noun           `json:"source" doc:"Whose words they are."`
	Named        string         `json:"named,omitempty" doc:"How the passage names the source." example:"the carters"`
	Office       string         `json:"office,omitempty" doc:"The office that the passage gives the source." example:"harbour master"`
	AttributedTo *Noun          `json:"attributed_to,omitempty" doc:"Whose view the words report, where that is another."`
	Attribution  string         `json:"attribution,omitempty" enum:"inferred,or-outlet" doc:"What is uncertain in who speaks: inferred from the account that goes on, or perhaps the outlet." example:"inferred"`
	Joint        bool           `json:"joint" doc:"It was said together with others." example:"false"`
	Party        *Noun          `json:"party,omitempty" doc:"The party that the source speaks for; absent where it speaks for none."`
	Outlet       Noun           `json:"outlet" doc:"Who printed it."`
	Article      ArticleSummary `json:"article" doc:"Where it was printed."`
	Original     string         `json:"original,omitempty" format:"uri" doc:"The article at its publisher, with a text fragment that leads to the words." example:"https://gazette.example/2031/03/15/bridge#:~:text=no%20cart%20has%20passed"`
	Event        *Noun          `json:"event,omitempty" doc:"The occasion on which it was said; absent where none is known."`
	Chain        []Hop          `json:"chain" doc:"By what steps the words came from the source to the article."`
	Origin       string         `json:"origin" doc:"The key of the first issuer and the occasion: claims of one key have one origin." example:"carters"`
	Said         Date           `json:"said" doc:"The day by which it is ordered: when it was said or, failing that, issued or published."`
	Uttered      Date           `json:"uttered" doc:"When it was spoken or written."`
	Issued       Date           `json:"issued" doc:"When it was given out."`
	About        Date           `json:"about" doc:"When what it tells of happened, as far as the passage says."`
	Figures      []Amount       `json:"figures" doc:"The numbers that it gives."`
	Facts        []OnFact       `json:"facts" doc:"The contested facts that it bears on, the one with the latest edition first."`
	Fiction      bool           `json:"fiction" doc:"It is invented, for practice: so are all contested facts that it bears on." example:"true"`
}

// A TextChange is what an outlet has done to the words of a claim.
type TextChange struct {
	Kind string `json:"kind" enum:"removed,re-worded" doc:"What it has done." example:"re-worded"`
	Seen string `json:"seen" format:"date" doc:"The day of the text in which that was seen." example:"2031-03-20"`
	Now  string `json:"now,omitempty" doc:"The words that stand there now, as printed; absent where they are removed." example:"few carts have passed"`
	Text string `json:"text" doc:"The same in a sentence." example:"Changed by the outlet since: the article’s text of 20 March 2031 reads here: “few carts have passed”"`
}

// textChange is the change, or nothing where none is known.
func textChange(c edition.TextChange) *TextChange {
	if c.Kind == "" {
		return nil
	}
	return &TextChange{c.Kind, c.Seen, c.Now, c.Text.String()}
}

// A Hop is a step by which words came.
type Hop struct {
	By       string `json:"by,omitempty" doc:"The slug of who passed them on." example:"harbour-gazette"`
	Name     string `json:"name,omitempty" doc:"The name of who passed them on, as printed." example:"the Gazette"`
	Role     string `json:"role" enum:"spokesperson,press-service,readout,statement,translator,outlet" doc:"In what role." example:"outlet"`
	Verb     string `json:"verb,omitempty" doc:"With which verb, as printed." example:"alleged"`
	Class    string `json:"class,omitempty" enum:"neutral,distancing,concessive,insisting,factive,denying,performing" doc:"What that verb does." example:"distancing"`
	Inferred bool   `json:"inferred" doc:"The text does not name this step." example:"false"`
	Text     string `json:"text" doc:"The step in words." example:"Harbour Gazette, with “alleged”"`
}

// OnFact is what a claim does on a contested fact.
type OnFact struct {
	Fact     Noun       `json:"fact" doc:"The contested fact; its name is the question."`
	Fiction  bool       `json:"fiction" doc:"The fact is invented, for practice." example:"true"`
	Edition  EditionRef `json:"edition" doc:"The edition that says so."`
	Stances  []Stance   `json:"stances" doc:"Which positions it takes, and how."`
	Counters []Counter  `json:"counters" doc:"Which claims it answers or bears on, and which answer or bear on it."`
}

// A Stance is the position that a claim takes.
type Stance struct {
	Aspect   string `json:"aspect,omitempty" doc:"The aspect's slug; absent for the fact itself." example:"by-whom"`
	Question string `json:"question,omitempty" doc:"The aspect's question; absent for the fact itself." example:"If it was shut, by whom?"`
	Position string `json:"position,omitempty" doc:"The position's slug; absent where it takes none." example:"by-eastbank"`
	Letter   string `json:"letter,omitempty" doc:"The position's letter." example:"A"`
	Label    string `json:"label,omitempty" doc:"The position in words." example:"By Eastbank"`
	Mode     string `json:"mode" enum:"asserted,denied,presupposed,demanded,conditional,concern,withheld" doc:"How it takes it; concern and withheld take none." example:"asserted"`
}

// A Counter is a link between two claims.
type Counter struct {
	Relation string `json:"relation" enum:"answers,contradicts,in-tension,corroborates,restates,part-of" doc:"What the one does to the other." example:"answers"`
	Outgoing bool   `json:"outgoing" doc:"This claim does it to the other; else the other to this one." example:"true"`
	Claim    string `json:"claim" doc:"The other claim's code." example:"B4P-CM9Z"`
	Self     string `json:"self" format:"uri" doc:"The other claim in this API." example:"https://counterclaim.example/api/v1/claims/B4P-CM9Z"`
	Text     string `json:"text" doc:"The link in words." example:"answers the harbour master"`
	Why      string `json:"why,omitempty" doc:"Why it was made." example:"Both speak of the same week."`
}

// A PublishedClaim is a claim with the editions in which it stands.
type PublishedClaim struct {
	Claim
	Past     bool              `json:"past" doc:"No latest edition has it any more; it is shown as the last edition that had it." example:"false"`
	Editions []EditionHeadline `json:"editions" maxItems:"100" doc:"The editions in which it stands, the newest first. Its citation names one of them."`
}

// An EditionHeadline is an edition in the list of a claim's.
type EditionHeadline struct {
	EditionRef
	Fact    Noun   `json:"fact" doc:"The contested fact; its name is the question."`
	Kind    string `json:"kind" enum:"first,update,correction,withdrawn,merged" doc:"Why it was published." example:"update"`
	Fiction bool   `json:"fiction" doc:"The fact is invented, for practice." example:"true"`
	Reason  string `json:"reason" doc:"What changed and why." example:"Two articles of the same week were added."`
	Review  string `json:"review,omitempty" doc:"That nobody else had looked at it before it was published, and why; absent where somebody had, or none was needed." example:"One editor: published without a second pair of eyes. Nobody else was in."`
}

// areInvented reports whether a claim, of which there are rows for each fact, stands on invented facts alone.
func areInvented(rows []edition.ClaimRow) bool {
	return !slices.ContainsFunc(rows, func(r edition.ClaimRow) bool { return !r.Fiction })
}

// claim makes a claim from its rows, the latest of which is first.
func (a *API) claim(rows []edition.ClaimRow) Claim {
	row := rows[0]
	c := row.Claim
	path := ui.ClaimPath(c.Code)
	claim := Claim{
		Code: c.Code, Self: a.self(path), Page: a.page(path),
		Who: c.Who.String(), Words: c.Segments, Changed: textChange(c.Changed), Withheld: withheld(c.Withheld), Quoted: c.Quoted, Lang: c.Lang, Dir: c.Dir, When: c.When.String(), Notes: plain(c.Notes),
		Voice: c.Voice, Basis: c.Basis, Source: a.noun(c.Source, row.SourceName, sourcePathOf(c)), Named: c.Named, Office: c.Office,
		AttributedTo: a.nounOf(c.AttributedTo, "", ui.SourcePath), Attribution: c.Attribution, Joint: c.Joint, Party: a.nounOf(c.Party, "", ui.PartyPath),
		Outlet: a.noun(c.Outlet, row.Outlet, ui.OutletPath), Article: a.articleSummary(row.Article, row.Outlet),
		Original: ui.TextFragment(row.Article.URL, c.Segments), Event: a.nounOf(c.Event, row.EventTitle, ui.EventPath),
		Chain: []Hop{}, Origin: c.Origin, Said: date(c.Said), Uttered: date(c.Uttered), Issued: date(c.Issued), About: date(c.About),
		Figures: []Amount{}, Facts: []OnFact{}, Fiction: areInvented(rows),
	}
	for _, h := range c.Chain {
		claim.Chain = append(claim.Chain, Hop(h))
	}
	for _, f := range c.Figures {
		claim.Figures = append(claim.Figures, amount(f))
	}
	for _, r := range rows {
		claim.Facts = append(claim.Facts, a.onFact(r))
	}
	return claim
}

// sourcePathOf is the page of a claim's source, which is an outlet's where the outlet speaks for itself.
func sourcePathOf(c edition.Claim) func(string) string {
	for _, r := range c.Who {
		if r.Ref == c.Source && r.Kind == edition.RunOutlet {
			return ui.OutletPath
		}
	}
	if c.Source == c.Outlet {
		return ui.OutletPath
	}
	return ui.SourcePath
}

func (a *API) onFact(r edition.ClaimRow) OnFact {
	on := OnFact{
		Fact: a.noun(r.Fact, r.Title, ui.FactPath), Fiction: r.Fiction, Edition: a.editionRef(r.Fact, r.Number, r.PublishedAt), Stances: []Stance{}, Counters: []Counter{},
	}
	for _, s := range r.Stands {
		on.Stances = append(on.Stances, Stance{s.Aspect, s.AspectQuestion.String(), s.Position, s.Letter, s.Label.String(), s.Mode})
	}
	for _, l := range r.Claim.Links {
		on.Counters = append(on.Counters, Counter{l.Relation, l.Outgoing, l.Claim, a.self(ui.ClaimPath(l.Claim)), l.Text.String(), l.Why.String()})
	}
	return on
}

type claimsQuery struct {
	Paging
	Source  string `query:"source" maxLength:"80" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$" doc:"Only claims in the words of this source or that report its views; also the slug of an outlet, for what it says in its own voice." example:"ferry-guild"`
	Outlet  string `query:"outlet" maxLength:"80" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$" doc:"Only claims that this outlet printed." example:"harbour-gazette"`
	Party   string `query:"party" maxLength:"80" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$" doc:"Only claims of sources that speak for this party." example:"eastbank"`
	Article string `query:"article" maxLength:"80" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$" doc:"Only claims in this article." example:"gazette-2031-03-15"`
	Fact    string `query:"fact" maxLength:"80" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$" doc:"Only claims that bear on this contested fact." example:"bridge-open"`
}

type claimPath struct {
	Code string `path:"code" maxLength:"40" doc:"The claim's code, as XXX-XXXX. One written in another way leads there." example:"V8N-K4HM"`
}

func registerClaims(a *API) {
	describe[Claim](a, "One assertion, by one source, in one passage of one article, as the latest edition with it has it.")
	describe[TextChange](a, "What an outlet has done to the words of a claim since they were read, as far as somebody has looked. Why is not known.")
	describe[Hop](a, "A step by which the words came from the source to the article.")
	describe[OnFact](a, "What a claim does on a contested fact.")
	describe[Stance](a, "The position that a claim takes on a contested fact or on one aspect of it.")
	describe[Counter](a, "A link between two claims on a contested fact.")
	describe[PublishedClaim](a, "A claim with the editions in which it stands.")
	describe[EditionHeadline](a, "An edition in which a claim stands.")
	list(a, reading("list-claims", "Claims", "/v1/claims", "All claims",
		"Published claims, those said last first, undated ones at the end. Filters that are given together must all hold. A claim that bears on several facts is one item, in the state of the latest edition.",
		http.StatusMovedPermanently),
		func(ctx context.Context, in *claimsQuery) ([]Claim, string, error) {
			filter := store.ClaimFilter{Source: in.Source, Outlet: in.Outlet, Party: in.Party, Article: in.Article, Fact: in.Fact}
			l, err := a.store.Claims(ctx, filter, in.After, in.Limit)
			return each(l.Claims, a.claim), l.More, err
		},
		func(in *claimsQuery) (string, url.Values) {
			return ui.APIClaimsPath, in.query("source", in.Source, "outlet", in.Outlet, "party", in.Party, "article", in.Article, "fact", in.Fact)
		})
	get(a, reading("read-claim", "Claims", "/v1/claims/{code}", "One claim",
		"A claim that was ever published, by its code, today's or one of the past. It stays at its address when no latest edition has it any more.",
		http.StatusMovedPermanently, http.StatusNotFound, http.StatusGone), a.readClaim)
}

func (a *API) readClaim(ctx context.Context, in *claimPath) (PublishedClaim, error) {
	code, err := narrative.ParseCode(in.Code)
	if err != nil {
		return PublishedClaim{}, problem(http.StatusNotFound, noSuchPath)
	}
	if string(code) != in.Code {
		return PublishedClaim{}, a.moved(ui.APIOf(ui.ClaimPath(string(code))))
	}
	p, err := a.store.Claim(ctx, in.Code)
	if err != nil {
		return PublishedClaim{}, a.movedBy(err, apiPath(ui.ClaimPath))
	}
	claim := PublishedClaim{Claim: a.claim(p.Rows), Past: p.Past, Editions: []EditionHeadline{}}
	for _, e := range p.Editions {
		claim.Editions = append(claim.Editions, EditionHeadline{
			a.editionRef(e.Fact, e.Number, moment(e.PublishedAt)), a.noun(e.Fact, e.Title, ui.FactPath), string(e.Kind), e.Fiction, e.Reason, e.Review,
		})
	}
	return claim, nil
}
