package desk

import (
	"context"
	"encoding/hex"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web"
	"counterclaim/internal/web/form"
	"counterclaim/internal/web/ui"
)

// signPath is where things of a fact are signed off, statusPath where its status is saved.
func signPath(fact narrative.Slug) string   { return reviewPath(fact) + "/sign" }
func statusPath(fact narrative.Slug) string { return reviewPath(fact) + "/status" }

// A reviewView is the page of a fact's working copy.
type reviewView struct {
	layout
	store.Preview
	Fields   fieldSet // of the form that was sent, else of none
	State    string
	Outdated bool // what was signed has changed since it was seen
	Items    []reviewItem
	Settled  int // things that nobody need look at again
	MaySign  bool
	Status   statusForm
	Changes  changesView
	Page     templ.Component // nil if it cannot be drawn
	Publish  publishForm
	Note     draftNote           // of the form by which things are signed off
	Newest   int                 // newsroom edition, 0 for none
	Asked    store.ReviewRequest // by whom a second pair of eyes is asked for; nobody if By is ""
	Embargo  []embargoView       // of articles that it would show
	Words    []factWord
}

// A factWord is a word of the fact's own prose that one side uses, or that the house does without.
type factWord struct {
	wordWarning
	Where, Href string // the field in which it stands
}

// A reviewItem is something that a second pair of eyes looks at.
type reviewItem struct {
	store.Review
	Text  templ.Component
	Name  string // for the box: the text in plain words
	Value string // what the box sends
	Own   bool   // the account has written it
	Where string // the noun in which it is written
}

// A statusForm is the form of a fact's status.
type statusForm struct {
	fieldSet
	Version int
	May     bool
	Draft   draftNote
}

func newStatusForm(n store.Noun, role store.Role, draft draftNote) statusForm {
	f := statusForm{newFieldSet(n.Doc), n.Version, role.May(store.RoleEditor), draft}
	if draft.Taken && draft.version != n.Version {
		f.Theirs = maps.Clone(f.Values)
	}
	draft.into(f.Values, statusFields...)
	return f
}

// A changesView is what publishing would change.
type changesView struct {
	Count string
	List  templ.Component // nil where there is nothing to compare
	None  string          // then, why
}

// showReview shows a fact's working copy.
func (s *Server) showReview(w http.ResponseWriter, r *http.Request) error {
	return s.drawReview(w, r, http.StatusOK, reviewDraft{})
}

// A reviewDraft is what one of the page's forms held when it was sent.
type reviewDraft struct {
	fields   fieldSet
	status   bool // it is that of the status
	outdated bool
}

func (s *Server) drawReview(w http.ResponseWriter, r *http.Request, status int, d reviewDraft) error {
	n, err := s.nounIn(r, narrative.KindFact, reviewPath)
	if err != nil {
		return err
	}
	slug := narrative.Slug(n.Key)
	list, err := s.store.Preview(r.Context(), []narrative.Slug{slug})
	if err != nil {
		return err
	}
	kept, err := s.store.NewsroomEditions(r.Context(), slug, 0)
	if err != nil {
		return err
	}
	drafts, err := s.draftsOf(r, reviewForm(slug, formPublish), reviewForm(slug, formNote), reviewForm(slug, formStatus))
	if err != nil {
		return err
	}
	p, account := list[0], accountOf(r)
	v := reviewView{
		layout: s.layout(r, "Review: "+p.Content.Title), Preview: p, Fields: d.fields, State: stateOf(p), Outdated: d.outdated,
		MaySign: account.Role.May(store.RoleReviewer), Publish: newPublishForm(fieldSet{Values: url.Values{}}, list, account.Role, drafts[0]), Note: drafts[1],
		Status: newStatusForm(n, account.Role, drafts[2]), Changes: s.changesOf(p, ui.Link{Text: "the working copy"}),
	}
	if v.Words, err = s.factWords(r.Context(), n); err != nil {
		return err
	}
	if d.status {
		v.Status.fieldSet = d.fields
	}
	if v.Note.Taken {
		v.Fields.Values = url.Values{}
		v.Note.into(v.Fields.Values, "note")
	}
	if len(kept) > 0 {
		v.Newest = kept[0].Number
	}
	if v.Asked, err = s.store.ReviewRequest(r.Context(), slug); err != nil {
		return err
	}
	if v.Embargo, err = s.embargoesOf(r, articlesIn(p.Content)...); err != nil {
		return err
	}
	for _, i := range p.Review {
		if !i.Due {
			v.Settled++
			continue
		}
		v.Items = append(v.Items, s.newReviewItem(i, slug, account.Name))
	}
	if p.Content.Key != "" {
		v.Page = s.site.DrawEdition(web.Drawing{Content: p.Content, Name: "Working copy", Below: true})
	}
	return s.render(w, r, status, reviewPage(v))
}

// factWords returns the words of a fact that deserve another look before readers see them.
func (s *Server) factWords(ctx context.Context, n store.Noun) ([]factWord, error) {
	around, err := s.store.Around(ctx, n.Doc, n.Key, []narrative.Kind{narrative.KindParty})
	if err != nil {
		return nil, err
	}
	v := nounView{Around: around}
	var list []factWord
	for _, w := range narrative.Lint(n.Doc, around.Terms) {
		list = append(list, factWord{wordWarning{w.Word, v.saidOf(w)}, labelOf(narrative.KindFact, w.Path), nounPath(narrative.KindFact, n.Key) + "#" + fieldID(w.Path)})
	}
	return list, nil
}

func (s *Server) newReviewItem(i store.Review, fact narrative.Slug, account string) reviewItem {
	item := reviewItem{
		Review: i, Text: s.site.DrawText(i.ReviewItem.Text), Name: i.ReviewItem.Text.String(), Value: i.Key + " " + i.Fingerprint.String(), Own: i.Author == account,
		Where: nounPath(narrative.KindFact, string(fact)),
	}
	if i.Claim != "" {
		item.Where = nounPath(narrative.KindClaim, string(i.Claim))
	}
	return item
}

// stateOf says what of a fact readers see.
func stateOf(p store.Preview) string {
	switch {
	case p.Number == 0:
		return "It was never published."
	case p.Ended:
		return "It is on no list: it was withdrawn or merged. Publishing brings it back."
	case p.Latest == nil || p.Latest.Number != p.Number:
		return "Edition " + strconv.Itoa(p.Number) + " was taken down."
	}
	state := "Edition " + strconv.Itoa(p.Number) + " of " + clock(p.Latest.PublishedAt) + " is published."
	if !p.Changed {
		state += " Nothing differs from it, so that publishing would make no edition."
	}
	return state
}

// clock writes a time of RFC 3339 as people read it.
func clock(at string) string {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return at
	}
	return dayAndTime(t)
}

// changesOf says what publishing a fact would change; after names the working copy, with the address where it is drawn.
func (s *Server) changesOf(p store.Preview, after ui.Link) changesView {
	switch {
	case p.Content.Key == "":
		return changesView{Count: "What would change", None: "It cannot be drawn as it is."}
	case p.Latest == nil:
		return changesView{Count: "A first edition", None: "There is no edition before to compare it with."}
	}
	d := edition.Compare(*p.Latest, edition.Body{Fact: p.Latest.Fact, Number: p.Number + 1, Kind: edition.Update, Content: p.Content})
	if len(d.Changes) == 0 {
		return changesView{Count: "No change", None: "Nothing differs from edition " + strconv.Itoa(p.Latest.Number) + "."}
	}
	name := "edition " + strconv.Itoa(p.Latest.Number)
	before := ui.Link{Text: name, Href: ui.EditionPath(string(p.Fact), p.Latest.Number)}
	return changesView{
		Count: plural(d.Count, "change", "changes") + " since " + name,
		List:  s.site.DrawChanges(d, before, after),
	}
}

// problemPath is where a problem is mended.
func problemPath(p narrative.Problem) string {
	if p.Kind == narrative.KindArticle {
		return tagPath(narrative.Slug(p.Key))
	}
	path := nounPath(p.Kind, p.Key)
	if p.Path != "" {
		path += "#" + fieldID(p.Path)
	}
	return path
}

// problemPlace names where a problem is: "Background", "claim RX4-DBK5", "article bridge-closed".
func problemPlace(p narrative.Problem) string {
	if p.Kind == narrative.KindFact && p.Path != "" {
		return labelOf(p.Kind, p.Path)
	}
	return string(p.Kind) + " " + p.Key
}

// signOff enters that somebody else has looked at things of a fact.
func (s *Server) signOff(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	o := store.SignOff{Fact: slug, Items: map[string]edition.Hash{}, Actor: accountOf(r).Name}
	f := fieldSet{Values: r.PostForm}
	o.Note, f.Problems = lineOf(r.PostForm, "note", false)
	for _, value := range r.PostForm["item"] {
		at := strings.LastIndexByte(value, ' ')
		fingerprint, err := hex.DecodeString(value[at+1:])
		if at < 0 || err != nil || len(fingerprint) != len(edition.Hash{}) {
			return badField("item")
		}
		o.Items[value[:at]] = edition.Hash(fingerprint)
	}
	if len(o.Items) == 0 {
		f.Problems = append(f.Problems, narrative.Problem{Path: "item", Message: "nothing is ticked; tick what you have looked at"})
	}
	if len(f.Problems) > 0 {
		return s.drawReview(w, r, http.StatusUnprocessableEntity, reviewDraft{fields: f})
	}
	err = s.store.SignOff(r.Context(), o)
	if _, ok := errors.AsType[*store.Outdated](err); ok {
		return s.drawReview(w, r, http.StatusConflict, reviewDraft{fields: f, outdated: true})
	}
	if unsound, ok := errors.AsType[*store.Unsound](err); ok {
		for _, p := range unsound.Problems {
			f.Problems = append(f.Problems, narrative.Problem{Path: "item", Message: p.Message})
		}
		return s.drawReview(w, r, http.StatusUnprocessableEntity, reviewDraft{fields: f})
	}
	if err != nil {
		return err
	}
	return leadOn(reviewPath(slug)+"#second", "signed")
}

// statusFields are those of a fact's status.
var statusFields = []string{"status.state", "status.read_to", "status.since", "status.reason"}

// saveStatus saves how alive a fact is.
func (s *Server) saveStatus(w http.ResponseWriter, r *http.Request) error {
	n, err := s.nounIn(r, narrative.KindFact, reviewPath)
	if err != nil {
		return err
	}
	slug, version := narrative.Slug(n.Key), seenVersion(r, "version")
	fact := n.Doc.(narrative.Fact)
	fields := form.Write(fact)
	for _, name := range statusFields {
		fields[name] = r.PostForm[name]
		if r.PostForm[name] == nil {
			delete(fields, name)
		}
	}
	if r.PostForm.Get("do") == "now" {
		fields.Set("status.state", string(narrative.Developing))
		fields.Set("status.read_to", string(narrative.MinuteOf(s.now())))
	}
	if state := fields.Get("status.state"); state != string(narrative.Developing) && fields["status.read_to"] != nil {
		fields.Set("status.read_to", "") // it is said of a developing matter only
	}
	f := fieldSet{Values: maps.Clone(fields)}
	if typed := r.PostForm["status.read_to"]; len(typed) > 0 && r.PostForm.Get("do") != "now" {
		f.Values["status.read_to"] = typed // as it was typed, if the form is drawn again
	}
	var changed narrative.Fact
	if f.Problems = form.Read(fields, &changed); len(f.Problems) == 0 && changed.Status.ReadTo.Time().After(s.now().Add(time.Minute)) {
		f.Problems = []narrative.Problem{{Path: "status.read_to", Message: "has not come yet"}}
	}
	if len(f.Problems) > 0 {
		return s.drawReview(w, r, http.StatusUnprocessableEntity, reviewDraft{fields: f, status: true})
	}
	_, err = s.store.Save(r.Context(), store.Edit{Doc: changed, Was: string(slug), Version: version, Actor: accountOf(r).Name})
	if stale, ok := errors.AsType[*store.Stale](err); ok {
		f.Theirs = form.Write(stale.Now.Doc)
		return s.drawReview(w, r, http.StatusConflict, reviewDraft{fields: f, status: true})
	}
	if unsound, ok := errors.AsType[*store.Unsound](err); ok {
		f.Problems = unsound.Problems
		return s.drawReview(w, r, http.StatusUnprocessableEntity, reviewDraft{fields: f, status: true})
	}
	if err != nil {
		return err
	}
	return leadOn(reviewPath(slug), "saved")
}
