package edition

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"counterclaim/internal/figure"
	"counterclaim/internal/narrative"
)

// Errors of [Compile], to be tested for with [errors.Is].
var (
	// ErrNoFact says that the collection does not hold the fact.
	ErrNoFact = errors.New("no such fact")
	// ErrIncomplete says that something refers to a noun that the collection does not hold.
	ErrIncomplete = errors.New("incomplete collection")
)

// Compile makes the content of an edition of a fact. The collection holds the fact and all that hangs on it; it may hold
// more, such as the whole corpus, of which nothing gets in. Positions keep the letter and colour that they have in
// last, the content of the latest edition, nil if there is none.
//
// The same input in any order of its lists gives the same content; the lists whose order has a meaning (positions,
// aspects, periods, points, gaps, an article's passages, a chain) are taken as they stand. The error is [ErrNoFact],
// [ErrIncomplete], or that of a markup or figure that cannot be read.
func Compile(c narrative.Collection, fact narrative.Slug, last *Content) (Content, error) {
	p := newPage(c)
	p.last = last
	var ok bool
	if p.fact, ok = p.index.Fact(fact); !ok {
		return Content{}, fmt.Errorf("edition: %w: %s", ErrNoFact, fact)
	}
	p.collect(c)
	content := p.content(c)
	if p.err != nil {
		return Content{}, fmt.Errorf("edition: compile %s: %w", fact, p.err)
	}
	settle(reflect.ValueOf(&content))
	return content, nil
}

// A page is a fact while it is compiled: what is known of it, and what of the collection it has used.
type page struct {
	index     narrative.Index
	collected narrative.Collection
	fact      narrative.Fact
	last      *Content
	items     []*item // in the order of claims
	read      []narrative.Article
	bands     []*band

	byCode map[narrative.Code]*item
	cites  map[string]int // numbers of citations

	// What the page names, and so holds by value.
	articles, outlets, sources, parties, events, places, records map[narrative.Slug]bool

	err error // the first fault
}

func newPage(c narrative.Collection) *page {
	return &page{
		index:     c.Index(),
		collected: c,
		byCode:    map[narrative.Code]*item{},
		cites:     map[string]int{},
		articles:  map[narrative.Slug]bool{},
		outlets:   map[narrative.Slug]bool{},
		sources:   map[narrative.Slug]bool{},
		parties:   map[narrative.Slug]bool{},
		events:    map[narrative.Slug]bool{},
		places:    map[narrative.Slug]bool{},
		records:   map[narrative.Slug]bool{},
	}
}

// fail keeps the first fault; compiling goes on with what there is and is thrown away in the end.
func (p *page) fail(err error) {
	if p.err == nil {
		p.err = err
	}
}

func (p *page) missing(kind narrative.Kind, slug narrative.Slug) {
	p.fail(fmt.Errorf("%w: no %s %q", ErrIncomplete, kind, slug))
}

// An item is a claim on the fact with what is known of it.
type item struct {
	claim    narrative.Claim
	article  narrative.Article
	root     narrative.Article // the piece with which the claim is counted: that which the article prints again, or the article
	source   narrative.Source
	segments []string
	block    int // of the article
	offset   int // of the first segment in its block, in bytes
	said     narrative.Date
	stances  []narrative.Stance  // on the fact, by aspect in the fact's order
	counters []narrative.Counter // about the fact, to claims on the fact, in the order of claims
	counts   []count
	relay    bool // an account of another party's view: counts for no holder
}

// A count is a figure of a claim with its reading.
type count struct {
	figure.Figure
	figure narrative.Figure
}

// stanceOn returns the claim's stance on an aspect, or on the fact itself for "".
func (it *item) stanceOn(aspect narrative.Slug) (narrative.Stance, bool) {
	i := slices.IndexFunc(it.stances, func(s narrative.Stance) bool { return s.Aspect == aspect })
	if i < 0 {
		return narrative.Stance{}, false
	}
	return it.stances[i], true
}

// holds reports whether the claim can make its source a holder.
func (it *item) holds() bool { return it.source.Kind.Holds() && !it.relay }

func (it *item) code() string { return string(it.claim.Code) }

// collect finds the claims on the fact and the articles read for it.
func (p *page) collect(c narrative.Collection) {
	for _, a := range c.Articles {
		if slices.ContainsFunc(a.ReadFor, func(r narrative.Reading) bool { return r.Fact == p.fact.Slug }) {
			p.read = append(p.read, a)
		}
		for b, block := range a.Blocks {
			for _, claim := range block.Claims {
				if it := p.item(a, b, claim); it != nil {
					p.items = append(p.items, it)
				}
			}
		}
	}
	slices.SortFunc(p.read, func(a, b narrative.Article) int { return cmp.Compare(a.Slug, b.Slug) })
	slices.SortFunc(p.items, compareItems)
	for _, it := range p.items {
		p.byCode[it.claim.Code] = it
	}
	for _, it := range p.items {
		for _, counter := range it.claim.Counters {
			if counter.Fact == p.fact.Slug && p.byCode[counter.To] != nil {
				it.counters = append(it.counters, counter)
			}
		}
		slices.SortFunc(it.counters, func(a, b narrative.Counter) int {
			return cmp.Or(compareItems(p.byCode[a.To], p.byCode[b.To]), cmp.Compare(a.Relation, b.Relation))
		})
	}
}

// item makes an item of a claim that has a stance on the fact, and gives nil for any other.
func (p *page) item(a narrative.Article, block int, claim narrative.Claim) *item {
	it := &item{claim: claim, article: a, block: block, said: claim.Said(a), segments: claim.Words}
	for _, s := range claim.Stances {
		if s.Fact == p.fact.Slug {
			it.stances = append(it.stances, s)
		}
	}
	if len(it.stances) == 0 {
		return nil
	}
	slices.SortFunc(it.stances, func(a, b narrative.Stance) int {
		return cmp.Compare(p.aspectOrder(a.Aspect), p.aspectOrder(b.Aspect))
	})
	if len(it.segments) == 0 {
		it.segments = []string{a.Blocks[block].Text}
	}
	it.offset = strings.Index(a.Blocks[block].Text, it.segments[0])
	it.root = p.root(a)
	it.source = p.source(claim.Source)
	it.relay = p.isRelay(it)
	for _, f := range claim.Figures {
		it.counts = append(it.counts, p.count(f))
	}
	return it
}

// isRelay reports whether an item is an account of another party's view.
func (p *page) isRelay(it *item) bool {
	to := it.claim.AttributedTo
	if to == "" || to == it.claim.Source {
		return false
	}
	party := p.source(to).Party
	return it.source.Kind != narrative.OutletSource && (it.source.Party == "" || party != it.source.Party)
}

func (p *page) aspectOrder(aspect narrative.Slug) int {
	return slices.IndexFunc(p.fact.Aspects, func(a narrative.Aspect) bool { return a.Slug == aspect })
}

// compareItems orders claims by the earliest and latest day on which they can have been said, article and position in
// the text. A claim whose day is not known comes last; it was not said after its article was published.
func compareItems(a, b *item) int {
	if a.said.Known() != b.said.Known() {
		if a.said.Known() {
			return -1
		}
		return 1
	}
	bound := func(it *item) narrative.Interval {
		if it.said.Known() {
			return it.said.On
		}
		return narrative.Interval{Earliest: it.article.Published.On.Latest, Latest: it.article.Published.On.Latest}
	}
	x, y := bound(a), bound(b)
	return cmp.Or(
		cmp.Compare(x.Earliest, y.Earliest), cmp.Compare(x.Latest, y.Latest), cmp.Compare(a.article.Slug, b.article.Slug),
		cmp.Compare(a.block, b.block), cmp.Compare(a.offset, b.offset), cmp.Compare(a.claim.Code, b.claim.Code))
}

// content puts the page together in the order in which it is read, so that citations are numbered in that order.
func (p *page) content(c narrative.Collection) Content {
	dispute, ok := p.index.Dispute(p.fact.Dispute)
	if !ok {
		p.missing(narrative.KindDispute, p.fact.Dispute)
	}
	question := p.line(p.fact.Question)
	content := Content{
		Key:        string(p.fact.PermanentKey()),
		Slug:       string(p.fact.Slug),
		Title:      question.String(),
		Question:   question,
		Kind:       string(p.fact.Kind),
		Background: p.markup(p.fact.Background),
		Status:     p.status(),
	}
	content.AsOf, content.LatestClaim = p.asOf()
	content.ReadFor = p.readFor()
	content.OrderRule = plain(orderRule)
	p.bands = p.makeBands()
	content.Glance.BothSay, content.Glance.OneSays = p.points()
	content.Marks = p.positionMarks()
	for _, b := range p.bands {
		content.Bands = append(content.Bands, p.compileBand(b))
	}
	for _, it := range p.items {
		content.Claims = append(content.Claims, p.compileClaim(it))
		for _, counter := range it.counters {
			content.Counters = append(content.Counters, Counter{
				From: it.code(), To: string(counter.To), Relation: string(counter.Relation),
				Difference: string(counter.Difference), Why: p.line(counter.Why),
			})
		}
	}
	var verdicts figureVerdicts
	content.Figures, verdicts = p.figures()
	content.Glance.Figures = p.figuresGlance(verdicts)
	content.Timeline = p.timeline()
	content.Gaps, content.Glance.Missing = p.gaps(verdicts)
	content.Dispute = p.dispute(dispute)
	content.Records = p.recordsShown(c)
	content.Words = pageWords
	p.nouns(c, &content)
	return content
}

// asOf says up to when the page goes, and gives the day of the latest claim whose day is given.
func (p *page) asOf() (Text, string) {
	var latest *item
	var day narrative.Day
	for _, it := range p.items {
		if !it.said.Dated() {
			continue
		}
		last := it.said.On.Latest // or, where that is the end of a month, when the article was published
		if it.article.Published.Dated() {
			last = min(last, it.article.Published.On.Latest)
		}
		if latest == nil || last > day || last == day && it.said.On.Earliest > latest.said.On.Earliest {
			latest, day = it, last
		}
	}
	if latest == nil {
		return plain("No claim here has a given day."), ""
	}
	text := "Latest claim here " + intervalText(latest.said.On) + "; "
	var newest narrative.Date
	for _, a := range p.read {
		if a.Published.On.Latest > newest.On.Latest {
			newest = a.Published
		}
	}
	if newest.On.Earliest > day {
		text += "the latest article read is of " + DateText(newest) + "."
	} else {
		text += "nothing later has been read."
	}
	return plain(text), string(day)
}

// readFor says how many articles of how many outlets were read for the fact.
func (p *page) readFor() Text {
	outlets := map[narrative.Slug]bool{}
	for _, a := range p.read {
		outlets[a.Outlet] = true
	}
	if len(p.read) == 0 {
		return plain("No article has been read whole for this yet.")
	}
	return plain(counted(len(p.read), "article", "articles"), " of ", counted(len(outlets), "outlet", "outlets"), " read for this")
}

// status says how alive the fact is.
func (p *page) status() Status {
	s := p.fact.Status
	text := Text{words(livelinessWords[s.State])}
	if s.Since != "" {
		text = append(text, words(" since ", dayText(s.Since)))
	}
	if s.ReadTo != "" {
		text = append(text, words("; articles read up to ", minuteText(s.ReadTo)))
	}
	if reason := p.line(s.Reason); len(reason) > 0 {
		text = append(append(text, words(": ")), reason...)
	} else {
		text = append(text, words("."))
	}
	return Status{State: string(s.State), Text: text}
}
