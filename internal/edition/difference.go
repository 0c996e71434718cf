package edition

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
)

// DifferenceFormat is the number of the form in which a [Difference] is written as JSON.
const DifferenceFormat = 1

// A Difference is what has changed between two editions of a fact, in the terms of a reader. Written as JSON its lists
// are never null and its texts are in NFC, so that [Canonical] takes it.
type Difference struct {
	Format      int       `json:"format"` // [DifferenceFormat]
	Fact        string    `json:"fact"`   // permanent key
	Before      Imprint   `json:"before"`
	After       Imprint   `json:"after"`
	Fiction     bool      `json:"fiction"`     // the dispute was invented for practice, as the later edition has it
	Corrections []Imprint `json:"corrections"` // the editions after Before, up to After, that mend a mistake of ours, oldest first
	Count       int       `json:"count"`       // of the changes that follow from no other
	Changes     []Change  `json:"changes"`     // those that count first; by kind as listed in kindOrder, then by place in the later edition
}

// An Imprint says which edition it is, of when and why.
type Imprint struct {
	Number      int    `json:"number"`
	PublishedAt string `json:"published_at"` // RFC 3339 in UTC, to the second
	Kind        Kind   `json:"kind"`
	Reason      string `json:"reason"`
	Review      string `json:"review,omitempty"` // that nobody else had looked at it and why; "" where somebody had, or none was needed
}

// Imprint returns which edition the body is of.
func (b Body) Imprint() Imprint {
	return Imprint{b.Number, b.PublishedAt, b.Kind, b.Reason, b.Review.String()}
}

// A Change is one thing that differs.
type Change struct {
	Kind    ChangeKind   `json:"kind"`
	Subject string       `json:"subject"` // what changed: code of the claim; slug of the position, period, record, article or other noun; else ""
	Object  string       `json:"object"`  // the other claim of a counter-claim, the figure's words, the title of a gap or line; else ""
	Aspect  string       `json:"aspect"`  // of a position, "" for the fact itself
	Follows bool         `json:"follows"` // it follows from other changes and is not counted
	Text    Text         `json:"text"`    // a sentence; of a change in a claim it does not name the speaker, see [Change.Sentence]
	Before  Text         `json:"before"`  // what stood there; empty where Text says all
	After   Text         `json:"after"`
	Words   []Stretch    `json:"words"`          // Before and After word by word, where words were changed
	Claim   ChangedClaim `json:"claim,omitzero"` // the claim that Subject names, if it names one
}

// A ChangedClaim is a claim as the later edition has it, or the earlier if it is gone.
type ChangedClaim struct {
	Code     string   `json:"code"`
	Who      Text     `json:"who"`
	Segments []string `json:"segments"`
	Lang     string   `json:"lang"`
	Dir      string   `json:"dir"`
	Quoted   bool     `json:"quoted"`
	Before   bool     `json:"before"` // it stands in the earlier edition
	After    bool     `json:"after"`  // it stands in the later one
}

// IsZero reports whether it is no claim.
func (c ChangedClaim) IsZero() bool { return c.Code == "" }

// Sentence returns what has changed as a sentence that stands alone: of a claim it begins with the speaker's name, which
// stands for a link to the claim.
func (c Change) Sentence() Text {
	if c.Claim.IsZero() || len(c.Text) == 0 {
		return c.Text
	}
	sentence := append(Text{claimName(c.Claim.Who, c.Claim.Code), words(": ")}, c.Text...)
	sentence[2].Text = lowerFirst(sentence[2].Text)
	return tidy(sentence)
}

// A ChangeKind is a stable name of what has changed.
type ChangeKind string

// The kinds of change, in the order in which a [Difference] lists them.
const (
	QuestionReworded   ChangeKind = "question"
	BackgroundReworded ChangeKind = "background"
	StatusChanged      ChangeKind = "status"
	DisputeChanged     ChangeKind = "dispute"
	AddressChanged     ChangeKind = "address"
	AspectAdded        ChangeKind = "aspect-added"
	AspectRemoved      ChangeKind = "aspect-removed"
	AspectReworded     ChangeKind = "aspect-reworded"
	PositionAdded      ChangeKind = "position-added"
	PositionRemoved    ChangeKind = "position-removed"
	PositionReworded   ChangeKind = "position-reworded"
	PositionOrder      ChangeKind = "position-order"
	PositionLine       ChangeKind = "position-line" // held by, dated, basis, line changed
	PeriodAdded        ChangeKind = "period-added"
	PeriodRemoved      ChangeKind = "period-removed"
	PeriodChanged      ChangeKind = "period-changed"
	ClaimAdded         ChangeKind = "claim-added"
	ClaimRemoved       ChangeKind = "claim-removed"
	ClaimReworded      ChangeKind = "claim-reworded"
	ClaimMoved         ChangeKind = "claim-moved" // to another position or aspect
	ClaimPeriod        ChangeKind = "claim-period"
	ClaimMode          ChangeKind = "claim-mode"
	ClaimSource        ChangeKind = "claim-source"
	ClaimOffice        ChangeKind = "claim-office"
	ClaimChain         ChangeKind = "claim-chain"
	ClaimVoice         ChangeKind = "claim-voice"
	ClaimBasis         ChangeKind = "claim-basis"
	ClaimOccasion      ChangeKind = "claim-occasion"
	ClaimArticle       ChangeKind = "claim-article"
	ClaimNote          ChangeKind = "claim-note"
	ClaimText          ChangeKind = "claim-text" // what the outlet has done to the words since
	DateCertain        ChangeKind = "date-certain"
	DateUncertain      ChangeKind = "date-uncertain"
	DateChanged        ChangeKind = "date-changed"
	FigureAdded        ChangeKind = "figure-added"
	FigureRemoved      ChangeKind = "figure-removed"
	FigureChanged      ChangeKind = "figure-changed"
	FiguresLine        ChangeKind = "figures-line"
	CounterJoined      ChangeKind = "counter-joined"
	CounterParted      ChangeKind = "counter-parted"
	CounterChanged     ChangeKind = "counter-changed"
	PointAdded         ChangeKind = "point-added"
	PointRemoved       ChangeKind = "point-removed"
	PointChanged       ChangeKind = "point-changed"
	RecordAdded        ChangeKind = "record-added"
	RecordRemoved      ChangeKind = "record-removed"
	RecordChanged      ChangeKind = "record-changed"
	ArticleRead        ChangeKind = "article-read"   // read whole for the fact now
	ArticleUnread      ChangeKind = "article-unread" // no longer set down as read
	ArticleAdded       ChangeKind = "article-added"  // with a claim, without having been read whole
	ArticleRemoved     ChangeKind = "article-removed"
	ArticleChanged     ChangeKind = "article-changed"
	ReadFor            ChangeKind = "read-for"
	AsOf               ChangeKind = "as-of"
	AccountChanged     ChangeKind = "account-changed"
	GapOpened          ChangeKind = "gap-opened"
	GapClosed          ChangeKind = "gap-closed"
	GapReworded        ChangeKind = "gap-reworded"
	SourceChanged      ChangeKind = "source-changed"
	PartyChanged       ChangeKind = "party-changed"
	OutletChanged      ChangeKind = "outlet-changed"
	OccasionChanged    ChangeKind = "occasion-changed"
	PlaceChanged       ChangeKind = "place-changed"
	PageWordsChanged   ChangeKind = "page-words"
	OtherChanged       ChangeKind = "other"
)

// kindOrder has every kind in its order.
var kindOrder = []ChangeKind{
	QuestionReworded, BackgroundReworded, StatusChanged, DisputeChanged, AddressChanged,
	AspectAdded, AspectRemoved, AspectReworded, PositionAdded, PositionRemoved, PositionReworded, PositionOrder, PositionLine,
	PeriodAdded, PeriodRemoved, PeriodChanged,
	ClaimAdded, ClaimRemoved, ClaimReworded, ClaimMoved, ClaimPeriod, ClaimMode, ClaimSource, ClaimOffice, ClaimChain, ClaimVoice,
	ClaimBasis, ClaimOccasion, ClaimArticle, ClaimNote, ClaimText, DateCertain, DateUncertain, DateChanged,
	FigureAdded, FigureRemoved, FigureChanged, FiguresLine, CounterJoined, CounterParted, CounterChanged,
	PointAdded, PointRemoved, PointChanged, RecordAdded, RecordRemoved, RecordChanged,
	ArticleRead, ArticleUnread, ArticleAdded, ArticleRemoved, ArticleChanged, ReadFor, AsOf, AccountChanged,
	GapOpened, GapClosed, GapReworded, SourceChanged, PartyChanged, OutletChanged, OccasionChanged, PlaceChanged,
	PageWordsChanged, OtherChanged,
}

// ChangeKinds returns every kind of change in the order in which a [Difference] lists them.
func ChangeKinds() []ChangeKind { return slices.Clone(kindOrder) }

// Compare says what has changed from one edition of a fact to another of the same fact. Only the two states count: what
// was changed in between and changed back is no change. Of the corrections between the two only the later edition itself
// is known here; whoever knows more sets Corrections.
//
// A change is one thing that an editor did and a reader can see. What the program then writes differently follows from
// it: such sentences are listed where they tell a reader something (who holds a position, the order of positions, gaps
// that the program finds), are marked as following and are not counted; the rest (rows, lanes of the timeline, the
// drawing of figures) is not listed. Where nothing else has changed they follow from nothing listed, and count. Two
// editions whose content differs in any way have at least one change, and equal ones have none.
func Compare(before, after Body) Difference {
	d := Difference{Format: DifferenceFormat, Fact: after.Fact, Before: before.Imprint(), After: after.Imprint(), Fiction: after.Content.Dispute.Fiction}
	if after.Kind == Correction {
		d.Corrections = []Imprint{after.Imprint()}
	}
	p := comparison{before: before.Content, after: after.Content}
	p.top()
	p.bands()
	p.periods()
	p.claims()
	p.counters()
	p.points()
	p.gaps()
	p.nouns()
	d.Changes = p.settled()
	for _, c := range d.Changes {
		if !c.Follows {
			d.Count++
		}
	}
	settle(reflect.ValueOf(&d))
	return d
}

// A comparison is two contents while they are compared.
type comparison struct {
	before, after Content
	changes       []Change
}

func (p *comparison) add(c Change) { p.changes = append(p.changes, c) }

// follow adds a change that follows from others.
func (p *comparison) follow(c Change) {
	c.Follows = true
	p.add(c)
}

// settled puts the changes in order. What follows from no change that counts is itself one.
func (p *comparison) settled() []Change {
	counts := func(c Change) bool { return !c.Follows }
	if len(p.changes) == 0 && !sameContent(p.before, p.after) {
		p.add(Change{Kind: OtherChanged, Text: plain("Something of the page was changed that has no entry of its own here.")})
	}
	if !slices.ContainsFunc(p.changes, counts) {
		for i := range p.changes {
			p.changes[i].Follows = false
		}
	}
	order := func(c Change) int {
		if c.Follows {
			return len(kindOrder) + slices.Index(kindOrder, c.Kind)
		}
		return slices.Index(kindOrder, c.Kind)
	}
	slices.SortStableFunc(p.changes, func(a, b Change) int { return cmp.Compare(order(a), order(b)) })
	return p.changes
}

// sameContent reports whether two contents are equal, in today's form.
func sameContent(a, b Content) bool {
	if reflect.DeepEqual(a, b) {
		return true
	}
	x, errX := a.Hash()
	y, errY := b.Hash()
	return errX == nil && errY == nil && x == y
}

// matched pairs the values of two lists by a key: those in both, in the order of the later list, those that are gone and
// those that are new.
func matched[T any](before, after []T, key func(T) string) (both [][2]T, gone, added []T) {
	old, now := map[string]T{}, map[string]bool{}
	for _, v := range before {
		old[key(v)] = v
	}
	for _, v := range after {
		now[key(v)] = true
		if b, ok := old[key(v)]; ok {
			both = append(both, [2]T{b, v})
		} else {
			added = append(added, v)
		}
	}
	for _, v := range before {
		if !now[key(v)] {
			gone = append(gone, v)
		}
	}
	return both, gone, added
}

// same reports whether two texts say the same. A run that names something is the same whatever name it shows, since the
// name is a change of what it names, and so is a citation whatever number it has.
func same(a, b Text) bool {
	return slices.EqualFunc(unnamed(a), unnamed(b), func(x, y Run) bool { return x == y })
}

func sameAll(a, b []Text) bool { return slices.EqualFunc(a, b, same) }

// unnamed is a text without the names in it.
func unnamed(t Text) Text {
	bare := slices.Clone(t)
	for i, r := range bare {
		if r.Kind != "" && r.Kind != RunSaid && r.Ref != "" {
			bare[i].Text = ""
		}
	}
	return bare
}

// readable is a text as it is compared word by word: with citations by what they cite.
func readable(t Text) string {
	var b strings.Builder
	for _, r := range t {
		if r.Kind == RunCite {
			b.WriteString(" [" + r.Ref + "]")
			continue
		}
		b.WriteString(Text{r}.String())
	}
	return b.String()
}

// paragraphs are texts as they are compared word by word.
func paragraphs(texts []Text) string {
	list := make([]string, 0, len(texts))
	for _, t := range texts {
		list = append(list, readable(t))
	}
	return strings.Join(list, "\n\n")
}

// reworded is a change of words of ours.
func reworded(c Change, before, after string) Change {
	c.Before, c.After, c.Words = plain(before), plain(after), wordDiff(before, after)
	return c
}

// claimName names a claim by whoever speaks in it.
func claimName(who Text, code string) Run {
	name := code
	if len(who) > 0 {
		name = who[0].Text
	}
	return Run{Text: name, Kind: RunClaim, Ref: code}
}

// A fieldChange is a field of a noun that differs, with the reader's word for it.
type fieldChange struct{ name, before, after string }

// fields collects what differs between two states of a noun.
type fields []fieldChange

func (f *fields) text(name, before, after string) {
	if before != after {
		*f = append(*f, fieldChange{name, before, after})
	}
}

func (f *fields) texts(name string, before, after []Text) {
	if !sameAll(before, after) {
		*f = append(*f, fieldChange{name, paragraphs(before), paragraphs(after)})
	}
}

// date compares dates by all that is known of them.
func (f *fields) date(name string, before, after Date) {
	if !sameDate(before, after) {
		*f = append(*f, fieldChange{name, dateInFull(before), dateInFull(after)})
	}
}

func (f *fields) flag(name string, before, after bool) {
	f.text(name, yesNo[before], yesNo[after])
}

var yesNo = map[bool]string{true: "yes", false: "no"}

// change makes one change of all fields that differ: what it is about, then the names of the fields. It reports false if
// none differs.
func (f fields) change(c Change, about Text) (Change, bool) {
	if len(f) == 0 {
		return Change{}, false
	}
	var names, before, after []string
	for _, field := range f {
		names = append(names, field.name)
		before = append(before, field.name+": "+cmp.Or(field.before, "none"))
		after = append(after, field.name+": "+cmp.Or(field.after, "none"))
	}
	c.Text = append(slices.Clone(about), words(": ", strings.Join(names, ", "), "."))
	return reworded(c, strings.Join(before, "\n"), strings.Join(after, "\n")), true
}
