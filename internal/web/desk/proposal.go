package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web"
	"counterclaim/internal/web/form"
	"counterclaim/internal/web/ui"
)

// Who may not save a noun has the same form with another button: what the form sends is checked as a save is, and kept as a
// proposal. An editor opens it in that form again, beside what is there now, and saves it with the noun; the field
// proposalField says which proposal that settles.

const (
	proposalsPath = web.DeskPath + "/proposals"
	proposalField = ".proposal" // the number of the proposal that a form was filled in with
	reasonField   = "reason"
)

// proposalPath is where a proposal is shown.
func proposalPath(id int64) string { return proposalsPath + "/" + strconv.FormatInt(id, 10) }

// proposalRoutes are the routes of proposals.
func (s *Server) proposalRoutes(r chi.Router) {
	r.Get(proposalsPath, s.page(store.RoleContributor, s.listProposals))
	r.Get(proposalsPath+"/{id}", s.page(store.RoleContributor, s.showProposal))
	r.Post(proposalsPath+"/{id}/withdraw", s.page(store.RoleContributor, s.takeBack))
	r.Post(proposalsPath+"/{id}/decline", s.form(store.RoleEditor, s.decline))
}

// A proposalNote is what a form tells of the proposal that it was filled in with.
type proposalNote struct {
	ID      int64 // 0 for none
	By      string
	When    string
	Why     string
	New     bool   // of a noun that is not there yet
	Changed bool   // the noun has changed since
	Now     string // the noun's key of now, if that is another one
	Passage string // of a claim, as it is now, if another one is proposed
}

// mustPropose reports whether the account of a request may propose a noun and not save it.
func mustPropose(r *http.Request) bool { return !accountOf(r).Role.May(store.RoleEditor) }

// mustProposeClaim reports the same of a claim: who has made it may save it.
func (s *Server) mustProposeClaim(r *http.Request, code narrative.Code) (bool, error) {
	if code == "" || !mustPropose(r) {
		return false, nil
	}
	may, err := s.store.MayChange(r.Context(), accountOf(r).Name, code)
	return !may, err
}

// takenBy returns the number of the proposal that is taken with a save, 0 for none.
func takenBy(values url.Values) (int64, error) {
	text := values.Get(proposalField)
	if text == "" {
		return 0, nil
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 || len(values[proposalField]) > 1 {
		return 0, badField(proposalField)
	}
	return id, nil
}

// noteOf returns what a form tells of the proposal that its fields name. One that is settled they name no longer. key and version
// are the noun's of now.
func (s *Server) noteOf(r *http.Request, values url.Values, key string, version int) (proposalNote, error) {
	id, err := takenBy(values)
	if id == 0 || err != nil || mustPropose(r) {
		values.Del(proposalField)
		return proposalNote{}, err
	}
	p, err := s.store.Proposal(r.Context(), id)
	if errors.Is(err, store.ErrNotFound) || err == nil && p.Outcome != store.ProposalOpen {
		values.Del(proposalField)
		return proposalNote{}, nil
	}
	if err != nil {
		return proposalNote{}, err
	}
	n := proposalNote{ID: id, By: p.By, When: dayAndTime(p.At), Why: p.Why, New: p.Key == "", Changed: p.Version != version}
	if p.Key != key {
		n.Now = key
	}
	return n, nil
}

// refusedProposal says why something was not proposed, or not taken as proposed, "" for another error.
func refusedProposal(err error) string {
	switch {
	case errors.Is(err, store.ErrSettled):
		return "This proposal has been settled since you opened it. What you have here is yours alone now: look at what is saved, and save it if it is still wanted."
	case errors.Is(err, store.ErrNothingNew):
		return "Nothing differs from what is there, so there is nothing to propose."
	case errors.Is(err, store.ErrProposals):
		return fmt.Sprintf("You have %d open proposals, which is as many as there may be. Withdraw one, or wait until an editor has looked at some.", store.MostProposals)
	case errors.Is(err, store.ErrProposalSize):
		return "This is larger than a proposal may be. Ask an editor to save it."
	}
	return ""
}

// saveWord is what the button of a form says that saves or proposes.
func saveWord(proposes bool) string {
	if proposes {
		return "Propose"
	}
	return "Save"
}

// editWord is what a way to a form says.
func editWord(saves bool) string {
	if saves {
		return "Edit"
	}
	return "Propose a change"
}

// proposalTitle is what a proposal is called in lists.
func proposalTitle(title, otherwise string) string {
	text := []rune(strings.Join(strings.Fields(title), " "))
	if len(text) > store.LongestTitle {
		text = text[:store.LongestTitle]
	}
	return cmp.Or(string(text), otherwise)
}

// proposing returns what takes the place of a save of a noun: it proposes it. hasSlug is false for a new noun that is to get
// the slug that is free when it is saved.
func (s *Server) proposing(v nounView, hasSlug bool) func(context.Context, store.Edit) (store.Noun, error) {
	return func(ctx context.Context, e store.Edit) (store.Noun, error) {
		fields := form.Write(e.Doc)
		if !hasSlug {
			fields.Set("slug", "")
		}
		title := v.value(v.Form.title)
		if fact, ok := e.Doc.(narrative.Fact); ok {
			var err error
			if title, err = s.plain(ctx, fact.Question); err != nil {
				return store.Noun{}, err
			}
		}
		_, err := s.store.Propose(ctx, store.Proposal{Title: proposalTitle(title, v.Form.one), Fields: fields}, e)
		return store.Noun{}, err
	}
}

// proposeClaim proposes what the form of a claim holds, in the place of saving it.
func (f *tagForm) proposeClaim(s *store.Store, sent url.Values) tagFunc {
	return func(ctx context.Context, e store.TagEdit) (store.Claim, error) {
		fields := maps.Clone(sent)
		for _, name := range []string{draftField, fieldDo, fieldVersion, proposalField, fieldAfter} {
			fields.Del(name)
		}
		title := proposalTitle(strings.Join(f.words, " … "), string(f.claim.Code))
		_, err := s.ProposeClaim(ctx, store.Proposal{Title: title, Fields: fields}, e)
		return f.claim, err
	}
}

// proposalOf returns the proposal that the address names, to its proposer and to editors.
func (s *Server) proposalOf(r *http.Request) (store.Proposal, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return store.Proposal{}, errNoPage
	}
	p, err := s.store.Proposal(r.Context(), id)
	if err == nil && mustPropose(r) && p.By != accountOf(r).Name {
		err = errNoPage
	}
	return p, err
}

// showProposal shows an editor the form of an open proposal. Anything else is told in plain.
func (s *Server) showProposal(w http.ResponseWriter, r *http.Request) error {
	p, err := s.proposalOf(r)
	if err != nil {
		return err
	}
	if p.Outcome == store.ProposalOpen && !mustPropose(r) {
		open := s.openProposal
		if p.Kind == narrative.KindClaim {
			open = s.openProposedClaim
		}
		if err := open(w, r, p); !errors.Is(err, errGone) {
			return err
		}
		return s.drawProposal(w, r, http.StatusOK, p, proposalView{Gone: true})
	}
	return s.drawProposal(w, r, http.StatusOK, p, proposalView{})
}

// errGone says that what a proposal is for is not there any more.
var errGone = errors.New("what it is for is gone")

// openProposal shows a noun's form with what is proposed, beside what is there now.
func (s *Server) openProposal(w http.ResponseWriter, r *http.Request, p store.Proposal) error {
	n, ok := formOf(p.Kind)
	if !ok {
		return errNoPage
	}
	p.Fields.Set(proposalField, strconv.FormatInt(p.ID, 10))
	v := nounView{Form: n, fieldSet: fieldSet{Values: p.Fields}, Why: p.Why}
	if p.Key != "" {
		v.Was = p.Key
		if err := s.showTheirs(r.Context(), &v); errors.Is(err, store.ErrNotFound) {
			return errGone
		} else if err != nil {
			return err
		}
		for _, kept := range []string{"slug", "key"} { // nobody has proposed that it gets its old name back
			if v.Was != p.Key && (kept == "key" || v.Values.Get(kept) == p.Key) && v.Theirs.Has(kept) {
				v.Values[kept] = v.Theirs[kept]
			}
		}
	}
	return s.drawNoun(w, r, http.StatusOK, v)
}

// openProposedClaim shows a claim's form with what is proposed, beside what is there now.
func (s *Server) openProposedClaim(w http.ResponseWriter, r *http.Request, p store.Proposal) error {
	c, err := s.store.DeskClaim(r.Context(), narrative.Code(p.Key))
	if m, ok := errors.AsType[*store.Moved](err); ok {
		c, err = s.store.DeskClaim(r.Context(), narrative.Code(m.To))
	}
	if errors.Is(err, store.ErrNotFound) {
		return errGone
	}
	if err != nil {
		return err
	}
	named := facts(p.Fields)
	for _, stance := range c.Stances {
		named = append(named, stance.Fact)
	}
	t, err := s.store.Tagging(r.Context(), c.Article, named...)
	if err != nil {
		return err
	}
	f := reopenedForm(t, c, p.Fields)
	f.besides(c)
	f.Values.Set(proposalField, strconv.FormatInt(p.ID, 10))
	return s.drawTagging(w, r, http.StatusOK, f)
}

// A proposalView is the page of a proposal that is not open to whoever looks at it, or cannot be taken.
type proposalView struct {
	layout
	proposalRow
	Why      string
	Gone     bool // what it is for is not there any more
	Declines string
	Fields   fieldSet // of the form that declines it
	Sent     []unfitField
}

// drawProposal tells of a proposal in plain.
func (s *Server) drawProposal(w http.ResponseWriter, r *http.Request, status int, p store.Proposal, v proposalView) error {
	v.layout, v.proposalRow, v.Why = s.layout(r, "Proposal: "+p.Title), newProposalRow(p), p.Why
	v.Own = v.Own && p.By == accountOf(r).Name
	if p.Outcome == store.ProposalOpen && !mustPropose(r) {
		v.Declines = proposalPath(p.ID) + "/decline"
	}
	for _, d := range form.Differences(url.Values{}, p.Fields) {
		if !strings.HasPrefix(d.Path, fieldPassage+"[") && !slices.Contains(unseen, d.Path) && d.Path != fieldPreset && d.Path != fieldBasis {
			v.Sent = append(v.Sent, unfitField{Label: labelOf(p.Kind, d.Path), Value: readable(d.After)})
		}
	}
	return s.render(w, r, status, proposalPage(v))
}

// decline declines a proposal and tells its proposer why.
func (s *Server) decline(w http.ResponseWriter, r *http.Request) error {
	p, err := s.proposalOf(r)
	if err != nil {
		return err
	}
	f := fieldSet{Values: r.PostForm, Problems: unfitFields(r.PostForm)}
	reason := strings.TrimSpace(f.value(reasonField))
	switch n := utf8.RuneCountInString(reason); {
	case len(f.Problems) > 0:
	case n == 0:
		f.Problems = []narrative.Problem{{Path: reasonField, Message: "missing; its proposer is told why"}}
	case n > longestWhy:
		f.Problems = []narrative.Problem{{Path: reasonField, Message: fmt.Sprintf("%d characters long; expected at most %d", n, longestWhy)}}
	}
	if len(f.Problems) > 0 {
		f.Label = func(path string) string { return fieldLabel(declineFields, path) }
		return s.drawProposal(w, r, http.StatusUnprocessableEntity, p, proposalView{Fields: f})
	}
	if err := s.store.Decline(r.Context(), p.ID, accountOf(r).Name, reason); err != nil {
		return settledAlready(err)
	}
	return leadOn(web.DeskPath, "declined")
}

// declineFields are the fields of the form by which a proposal is declined.
var declineFields = []formField{{key: reasonField, label: "Why not"}}

// takeBack withdraws a proposal of the account's.
func (s *Server) takeBack(_ http.ResponseWriter, r *http.Request) error {
	p, err := s.proposalOf(r)
	if err != nil {
		return err
	}
	if err := s.store.TakeBack(r.Context(), p.ID, accountOf(r).Name); err != nil {
		return settledAlready(err)
	}
	return leadOn(proposalsPath, "retracted")
}

// settledAlready says that somebody has settled a proposal before.
func settledAlready(err error) error {
	if errors.Is(err, store.ErrSettled) {
		return &statusError{http.StatusConflict, "Somebody has settled this proposal before you. Nothing was done.", err}
	}
	return err
}

// A proposalsView is the list of what an account has proposed.
type proposalsView struct {
	layout
	Rows []proposalRow
	More string
}

// A proposalRow is a proposal in a list.
type proposalRow struct {
	ui.Link
	ID      int64
	Noun    string // its kind, in words
	By      string
	When    string
	Outcome string
	Reason  string
	Own     bool // it can be withdrawn
}

func newProposalRow(p store.Proposal) proposalRow {
	one := "claim"
	if n, ok := formOf(p.Kind); ok {
		one = n.one
	}
	if p.Key == "" {
		one = "new " + one
	}
	row := proposalRow{
		Link: ui.Link{Text: p.Title, Href: proposalPath(p.ID)}, ID: p.ID, Noun: one, By: p.By, When: dayAndTime(p.At),
		Outcome: "Open: no editor has looked at it yet.", Reason: p.Reason, Own: p.Outcome == store.ProposalOpen,
	}
	if words, ok := settlementWords[p.Outcome]; ok {
		row.Outcome = words + " by " + p.SettledBy + ", " + dayAndTime(p.SettledAt) + "."
	}
	return row
}

// settlementWords say what became of a proposal.
var settlementWords = map[store.Settlement]string{
	store.ProposalTaken: "Taken", store.ProposalDeclined: "Declined", store.ProposalWithdrawn: "Withdrawn",
}

// listProposals shows what an account has proposed, and what became of it.
func (s *Server) listProposals(w http.ResponseWriter, r *http.Request) error {
	before, err := entryOf(r.URL.Query().Get("before"))
	if err != nil {
		return err
	}
	list, next, err := s.store.Proposals(r.Context(), accountOf(r).Name, before)
	if err != nil {
		return err
	}
	v := proposalsView{layout: s.layout(r, "What you have proposed")}
	for _, p := range list {
		v.Rows = append(v.Rows, newProposalRow(p))
	}
	if next > 0 {
		v.More = proposalsPath + "?before=" + strconv.FormatInt(next, 10)
	}
	return s.render(w, r, http.StatusOK, proposalsPage(v))
}
