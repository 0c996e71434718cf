package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"counterclaim/internal/edition"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// A FactSummary is a contested fact as lists have it.
type FactSummary struct {
	Slug        string     `json:"slug" doc:"Its name in addresses." example:"bridge-open"`
	Self        string     `json:"self" format:"uri" doc:"Where it is in this API." example:"https://counterclaim.example/api/v1/facts/bridge-open"`
	Page        string     `json:"page" format:"uri" doc:"Its page for readers." example:"https://counterclaim.example/facts/bridge-open"`
	Question    string     `json:"question" doc:"The neutral question that sources answer differently." example:"Was the Long Bridge open, and to whom?"`
	Kind        string     `json:"kind" enum:"yes-no,state,number,agreement,sequence,open" doc:"What kind of question it is." example:"state"`
	Dispute     Noun       `json:"dispute" doc:"The dispute that it belongs to."`
	Fiction     bool       `json:"fiction" doc:"It is invented, for practice." example:"true"`
	Status      Status     `json:"status" doc:"How alive it is."`
	AsOf        string     `json:"as_of" doc:"Up to when there are claims, in words." example:"Latest claim here 2 June 2031."`
	LatestClaim string     `json:"latest_claim,omitempty" format:"date" doc:"The day of the latest dated claim; absent where none is dated." example:"2031-06-02"`
	ReadFor     string     `json:"read_for" doc:"What was read for it." example:"4 articles of 4 outlets"`
	Claims      int        `json:"claims" minimum:"0" doc:"How many claims stand on it. Their number is no measure of truth." example:"17"`
	Articles    int        `json:"articles" minimum:"0" doc:"How many articles were read whole for it." example:"3"`
	Edition     EditionRef `json:"edition" doc:"The edition that says all this: the latest."`
}

// A FactRef names a contested fact.
type FactRef struct {
	Noun
	Fiction bool `json:"fiction" doc:"It is invented, for practice." example:"true"`
}

// Status is how alive a fact is.
type Status struct {
	State string `json:"state" doc:"In one word." example:"developing"`
	Text  string `json:"text" doc:"In words." example:"Developing: claims were made within the last month."`
}

// An EditionRef names an edition of a fact.
type EditionRef struct {
	Number      int    `json:"number" minimum:"1" doc:"Counted from 1 for the fact." example:"3"`
	PublishedAt string `json:"published_at" format:"date-time" doc:"When it was published, in UTC." example:"2031-07-02T09:30:00Z"`
	Self        string `json:"self" format:"uri" doc:"What this API knows of it." example:"https://counterclaim.example/api/v1/facts/bridge-open/editions/3"`
	Page        string `json:"page" format:"uri" doc:"Its permalink: the page that stays as it is." example:"https://counterclaim.example/facts/bridge-open/editions/3"`
	Data        string `json:"data" format:"uri" doc:"Its canonical bytes, whose hash is in the log." example:"https://counterclaim.example/facts/bridge-open/editions/3.json"`
}

func (a *API) editionRef(fact string, number int, publishedAt string) EditionRef {
	path := ui.EditionPath(fact, number)
	return EditionRef{number, publishedAt, a.self(path), a.page(path), a.page(ui.EditionDataPath(fact, number))}
}

func (a *API) factSummary(f edition.FactRow) FactSummary {
	return FactSummary{
		Slug: f.Fact, Self: a.self(ui.FactPath(f.Fact)), Page: a.page(ui.FactPath(f.Fact)),
		Question: f.Title, Kind: f.Kind, Dispute: a.noun(f.Dispute.Slug, f.Dispute.Title, ui.DisputePath), Fiction: f.Fiction,
		Status: Status{f.Status.State, f.Status.Text.String()}, AsOf: f.AsOf.String(), LatestClaim: f.LatestClaim,
		ReadFor: f.ReadFor.String(), Claims: f.Claims, Articles: f.Articles,
		Edition: a.editionRef(f.Fact, f.Number, f.PublishedAt),
	}
}

// Fate is what has become of a fact that is on no list any more.
type Fate struct {
	Kind   string `json:"kind" enum:"withdrawn,merged" doc:"Whether it was withdrawn, or goes on in another." example:"withdrawn"`
	On     string `json:"on" format:"date-time" doc:"When, in UTC." example:"2031-09-01T12:00:00Z"`
	Reason string `json:"reason" doc:"Why." example:"It asked two questions at once."`
}

// A Fact is a contested fact with the answers to it, as its latest edition has them.
type Fact struct {
	FactSummary
	Review     string   `json:"review,omitempty" doc:"That nobody else had looked at its latest edition before it was published, and why; absent where somebody had, or none was needed." example:"One editor: published without a second pair of eyes. Nobody else was in."`
	Fate       *Fate    `json:"fate,omitempty" doc:"What has become of it; absent of those that are on the lists."`
	Background []string `json:"background" doc:"What one has to know, in the editors' words, a string for each paragraph."`
	OrderRule  string   `json:"order_rule" doc:"By which rule positions are ordered. The order says nothing else." example:"Positions stand in the order of their earliest dated claim here."`
	Bands      []Band   `json:"bands" doc:"The answers: one band, or one for each aspect, a question within the question."`
	BothSay    []Titled `json:"both_say" doc:"What opposing parties both say; the title names them."`
	OneSays    []Titled `json:"one_says" doc:"What one says and nobody answers here."`
	Missing    []string `json:"missing" doc:"What nothing was found on, in a line each."`
	Gaps       []Titled `json:"gaps" doc:"What the comparison lacks."`
	Records    []Record `json:"records" doc:"What can be checked: neither positions nor a verdict."`
	ClaimsAt   string   `json:"claims_at" format:"uri" doc:"The list of its claims." example:"https://counterclaim.example/api/v1/claims?fact=bridge-open"`
	FiguresAt  string   `json:"figures_at" format:"uri" doc:"The list of its figures." example:"https://counterclaim.example/api/v1/figures?fact=bridge-open"`
	EditionsAt string   `json:"editions_at" format:"uri" doc:"The list of its editions." example:"https://counterclaim.example/api/v1/facts/bridge-open/editions"`
}

// A Band is the answers to a fact, or to one aspect of it.
type Band struct {
	Aspect    string     `json:"aspect,omitempty" doc:"The aspect's slug; absent for the fact itself." example:"by-whom"`
	Question  string     `json:"question" doc:"What is asked." example:"If it was shut, by whom?"`
	Positions []Position `json:"positions" doc:"The answers, in the order that order_rule tells."`
}

// A Position is one answer.
type Position struct {
	Slug    string   `json:"slug" doc:"Its name within the aspect." example:"by-eastbank"`
	Letter  string   `json:"letter" doc:"The letter that it keeps whatever its place." example:"A"`
	Label   string   `json:"label" doc:"The answer, worded as its holders would word it." example:"By Eastbank"`
	Lines   []Titled `json:"lines" doc:"Who holds it, since when, and on what basis, in words."`
	Holders []Holder `json:"holders" doc:"Who holds it, as named sources."`
	Others  []string `json:"others" doc:"Outlets and unnamed groups that say so. They are never counted as holders."`
}

// A Holder is a source that holds a position.
type Holder struct {
	Source Noun   `json:"source" doc:"The source."`
	Party  *Noun  `json:"party,omitempty" doc:"The party that it speaks for; absent where it speaks for none."`
	First  string `json:"first,omitempty" format:"date" doc:"The earliest day of its first dated claim here." example:"2031-03-02"`
	Last   string `json:"last,omitempty" format:"date" doc:"The latest day of its last dated claim here." example:"2031-06-02"`
	Mode   string `json:"mode" doc:"How it takes the position: outright, or only by demanding, supposing or making conditions." example:"asserted"`
}

// A Record is a document, count, picture or the like that bears on a fact.
type Record struct {
	Slug      string   `json:"slug" doc:"Its name within the fact." example:"toll-book"`
	Title     string   `json:"title" doc:"What it is called." example:"Toll book of the bridge, March 2031"`
	Kind      string   `json:"kind" doc:"What kind of thing it is." example:"count"`
	Maker     string   `json:"maker,omitempty" doc:"Who made it." example:"Bridge wardens"`
	Date      Date     `json:"date" doc:"When it was made."`
	Where     string   `json:"where,omitempty" doc:"Where it can be found." example:"https://archive.example/toll-book"`
	Checked   string   `json:"checked,omitempty" doc:"How it was checked." example:"Compared with the wardens' receipts"`
	CheckedBy string   `json:"checked_by,omitempty" doc:"By whom." example:"the desk"`
	Shows     []string `json:"shows" doc:"What it shows."`
	ShowsNot  []string `json:"shows_not" doc:"What it does not show."`
}

// fact makes a fact from its latest edition.
func (a *API) fact(b edition.Body) Fact {
	c := b.Content
	names := make(map[string]string)
	for _, s := range c.Sources {
		names[s.Slug] = s.Name
	}
	for _, p := range c.Parties {
		names[p.Slug] = p.Name
	}
	f := Fact{
		FactSummary: a.factSummary(edition.Project(b, 0).Fact), Review: b.Review.String(),
		Background: plain(c.Background), OrderRule: c.OrderRule.String(),
		Bands:   []Band{},
		BothSay: titled(c.Glance.BothSay), OneSays: titled(c.Glance.OneSays), Missing: plain(c.Glance.Missing), Gaps: titled(c.Gaps),
		Records:  []Record{},
		ClaimsAt: a.page(ui.APIFilterPath(ui.APIClaimsPath, "fact", c.Slug)), FiguresAt: a.page(ui.APIFilterPath(ui.APIFiguresPath, "fact", c.Slug)),
		EditionsAt: a.self(ui.EditionsPath(c.Slug)),
	}
	for _, band := range c.Bands {
		f.Bands = append(f.Bands, a.band(band, names))
	}
	for _, r := range c.Records {
		f.Records = append(f.Records, Record{
			r.Slug, r.Title, r.Kind, r.Maker, date(r.Date), r.Where, r.Checked, r.CheckedBy, plain(r.Shows), plain(r.ShowsNot),
		})
	}
	return f
}

func (a *API) band(b edition.Band, names map[string]string) Band {
	band := Band{Aspect: b.Aspect, Question: b.Question.String(), Positions: []Position{}}
	for _, h := range b.Heads {
		p := Position{
			Slug: h.Position, Letter: h.Letter, Label: h.Label.String(), Lines: titled(h.Lines), Holders: []Holder{}, Others: orEmpty(h.Others),
		}
		for _, x := range h.Holders {
			p.Holders = append(p.Holders, Holder{
				a.noun(x.Source, names[x.Source], ui.SourcePath), a.nounOf(x.Party, names[x.Party], ui.PartyPath), x.First, x.Last, x.Mode,
			})
		}
		band.Positions = append(band.Positions, p)
	}
	return band
}

type factsQuery struct {
	Paging
	Dispute string `query:"dispute" maxLength:"80" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$" doc:"Only the facts of this dispute." example:"aldmouth-strait"`
}

type factPath struct {
	Slug string `path:"slug" maxLength:"80" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$" doc:"The fact's name in addresses." example:"bridge-open"`
}

func registerFacts(a *API) {
	describe[FactSummary](a, "A contested fact as lists have it.")
	describe[FactRef](a, "A contested fact by its name, which is the question, and where it is.")
	describe[Status](a, "How alive a contested fact is.")
	describe[EditionRef](a, "An edition of a contested fact, and where it is.")
	describe[Fact](a, "A contested fact with the answers to it, as its latest edition has them.")
	describe[Fate](a, "What has become of a contested fact that is on no list any more. Its editions stay.")
	describe[Band](a, "The answers to a contested fact, or to one aspect of it.")
	describe[Position](a, "One answer to a contested fact. All have the same form.")
	describe[Holder](a, "A source that holds a position, with the days of its dated claims.")
	describe[Record](a, "A document, count, picture or the like that bears on a fact: neither a position nor a verdict.")
	list(a, reading("list-facts", "Facts", "/v1/facts", "All contested facts", "Contested facts, those of the latest claims first.", http.StatusMovedPermanently),
		func(ctx context.Context, in *factsQuery) ([]FactSummary, string, error) {
			p, err := a.store.FactsOf(ctx, in.Dispute, in.After, in.Limit)
			return each(p.Facts, a.factSummary), p.More, err
		},
		func(in *factsQuery) (string, url.Values) {
			return ui.APIOf(ui.FactsPath), in.query("dispute", in.Dispute)
		})
	get(a, reading("read-fact", "Facts", "/v1/facts/{slug}", "One contested fact",
		"A contested fact by its slug, today's or one of the past, with its positions and who holds them. One that was merged leads to where it goes on. It is gone only where its latest edition was taken down.",
		http.StatusMovedPermanently, http.StatusNotFound, http.StatusGone), a.readFact)
}

func (a *API) readFact(ctx context.Context, in *factPath) (Fact, error) {
	e, err := a.store.Edition(ctx, in.Slug, 0)
	if err != nil {
		return Fact{}, a.movedBy(err, apiPath(ui.FactPath))
	}
	b, err := bodyOf(e)
	if err != nil {
		return Fact{}, err
	}
	f := a.fact(b)
	if e.Fate.Kind != "" {
		f.Fate = &Fate{string(e.Fate.Kind), moment(e.Fate.On), e.Fate.Reason}
	}
	return f, nil
}

// bodyOf reads the body of an edition. The error is the [Problem] of one of which nothing is left.
func bodyOf(e store.Edition) (edition.Body, error) {
	b, err := edition.Read(e.Body)
	if errors.Is(err, edition.ErrRedacted) {
		return b, problem(http.StatusGone, fmt.Sprintf("Edition %d was taken down on %s. Its record and its hash stay in the log.", e.Number, moment(e.RedactedOn)))
	}
	return b, err
}
