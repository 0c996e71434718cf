package desk

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/form"
)

// A tagView is the page on which an article is tagged: its text, its claims and the form.
type tagView struct {
	layout
	*tagForm
	Action    string // of the form
	TagScript string
	Blocks    []textBlock
	Notes     []claimNote // in the order of the list
	ByFact    []factNotes // the same under their facts; nil if the list is by position in the text
	Query     string      // of the list's filter
	Undo      undoView
	Draft     draftNote
	MayDelete bool
	Proposes  bool // it is proposed and not saved
	Proposal  proposalNote
	Guard     guard
	Embargo   []embargoView
}

// showTagging shows an article with the form of a new claim.
func (s *Server) showTagging(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	on := goOnFrom(r.URL.Query())
	undid, err := s.undid(r, goneFrom(r.URL.Query()))
	if err != nil {
		return err
	}
	t, err := s.store.Tagging(r.Context(), slug, append(on.facts(), factsOf(undid.Claim)...)...)
	if err != nil {
		return moved(err, func(to string) string { return tagPath(narrative.Slug(to)) })
	}
	f := newTagForm(t, on)
	if slices.ContainsFunc(t.Removed, func(c store.Removed) bool { return c.Key == string(undid.Claim.Code) }) {
		f.retype(undid)
	}
	return s.openForm(w, r, f)
}

// saveTagging deals with the form of a new claim.
func (s *Server) saveTagging(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	t, err := s.store.Tagging(r.Context(), slug, facts(r.PostForm)...)
	if err != nil {
		return moved(err, func(to string) string { return tagPath(narrative.Slug(to)) })
	}
	return s.dealWithClaim(w, r, postedForm(t, store.Claim{}, r.PostForm))
}

// showClaim shows the article of a claim with the claim in the form.
func (s *Server) showClaim(w http.ResponseWriter, r *http.Request) error {
	t, c, err := s.claimOf(r)
	if err != nil {
		return err
	}
	f := editTagForm(t, c)
	if r.URL.Query().Get(fieldUndone) != "" {
		undid, err := s.undid(r, c.Code)
		if err != nil {
			return err
		}
		if undid.Claim.Code != "" {
			f.retype(undid)
		}
	}
	f.choosePlace(r.URL.Query())
	return s.openForm(w, r, f)
}

// openForm shows a form for the first time, or with what its account was writing in it, if the address asks for that.
func (s *Server) openForm(w http.ResponseWriter, r *http.Request, f *tagForm) error {
	draft, err := s.draftOf(r, f.action())
	if err != nil {
		return err
	}
	if draft.Taken {
		now := f.claim
		f = reopenedForm(f.tagging, now, draft.fields)
		if draft.version != now.Version {
			f.besides(now)
		}
	}
	return s.drawForm(w, r, http.StatusOK, f, draft)
}

// reopenedForm is the form of a claim as it was kept when it was not saved.
func reopenedForm(t store.Tagging, now store.Claim, fields url.Values) *tagForm {
	f := postedForm(t, now, fields)
	f.readPassage()
	f.showSource()
	if !f.isNew() {
		f.Values.Set(fieldVersion, strconv.Itoa(now.Version))
	}
	return f
}

// saveClaim deals with the form of a claim.
func (s *Server) saveClaim(w http.ResponseWriter, r *http.Request) error {
	t, c, err := s.claimOf(r)
	if err != nil {
		return err
	}
	return s.dealWithClaim(w, r, postedForm(t, c, r.PostForm))
}

// claimOf returns the claim that the address names, with its article.
func (s *Server) claimOf(r *http.Request) (store.Tagging, store.Claim, error) {
	code, err := codeOf(r)
	if err != nil {
		return store.Tagging{}, store.Claim{}, err
	}
	c, err := s.store.DeskClaim(r.Context(), code)
	if err != nil {
		return store.Tagging{}, store.Claim{}, moved(err, func(to string) string { return nounPath(narrative.KindClaim, to) })
	}
	named := facts(r.PostForm)
	for _, stance := range c.Stances {
		named = append(named, stance.Fact)
	}
	t, err := s.store.Tagging(r.Context(), c.Article, named...)
	return t, c, err
}

// facts returns the facts that a form names.
func facts(fields url.Values) []narrative.Slug {
	var list []narrative.Slug
	for _, i := range form.Rows(fields, "stances") {
		if f := narrative.Slug(fields.Get(row("stances", i, "fact"))); f.Valid() && !slices.Contains(list, f) {
			list = append(list, f)
		}
	}
	return list
}

// dealWithClaim does what a button of the form asks for: moves an edge of the passage or a row, looks the form up anew (do is
// look), or saves it.
func (s *Server) dealWithClaim(w http.ResponseWriter, r *http.Request, f *tagForm) error {
	do := f.Values.Get(fieldDo)
	if mustPropose(r) {
		f.Values.Del(proposalField) // only an editor takes a proposal
	}
	f.readPassage()
	f.Problems = append(f.Problems, f.unfitFields()...)
	broken := len(f.Problems)
	if err := f.resolveNames(r.Context(), s.store); err != nil {
		return err
	}
	switch {
	case do == "look", f.moveEdge(do), f.moveRow(do):
		f.Problems = f.Problems[:min(broken, len(f.Problems))] // of the passage alone: the rest is not finished yet
		f.makePresets()
		f.showSource()
		status := http.StatusOK
		if len(f.Problems) > 0 {
			status = http.StatusUnprocessableEntity
		}
		return s.drawTagging(w, r, status, f)
	}
	f.makePresets()
	proposes, err := s.mustProposeClaim(r, f.claim.Code)
	if err != nil {
		return err
	}
	tag := s.store.Tag
	if proposes {
		tag = f.proposeClaim(s.store, r.PostForm)
	}
	c, saved, err := f.save(r.Context(), tag, accountOf(r).Name)
	switch {
	case err != nil:
		return err
	case saved && proposes:
		return leadOn(tagPath(c.Article), "proposed")
	case saved:
		return leadOn(tagPath(c.Article)+"?"+fieldAfter+"="+string(c.Code), "tagged")
	}
	f.showSource()
	if f.Theirs != nil {
		return s.drawTagging(w, r, http.StatusConflict, f)
	}
	return s.drawTagging(w, r, http.StatusUnprocessableEntity, f)
}

// drawTagging shows a form again.
func (s *Server) drawTagging(w http.ResponseWriter, r *http.Request, status int, f *tagForm) error {
	draft, err := s.draftOf(r, f.action())
	if err != nil {
		return err
	}
	return s.drawForm(w, r, status, f, draft)
}

func (s *Server) drawForm(w http.ResponseWriter, r *http.Request, status int, f *tagForm, draft draftNote) error {
	t := f.tagging
	v := tagView{
		tagForm: f, Action: f.action(), Draft: draft,
		MayDelete: accountOf(r).Role.May(store.RoleEditor),
	}
	var err error
	if v.Proposes, err = s.mustProposeClaim(r, f.claim.Code); err != nil {
		return err
	}
	if v.Proposal, err = s.noteOf(r, f.Values, string(f.claim.Code), f.claim.Version); err != nil {
		return err
	}
	v.Stands = v.Proposal.ID != 0
	if was := strings.Join(f.claim.Words, " … "); v.Stands && was != strings.Join(f.words, " … ") {
		v.Proposal.Passage = was
	}
	what := "Tag"
	if !f.isNew() {
		what = "Claim " + string(f.claim.Code)
	}
	if v.Stands {
		what = "Proposed: " + what
	}
	v.layout = s.layout(r, what+": "+t.Article.Headline)
	if v.TagScript, err = s.site.Asset("tag.js"); err != nil {
		return err
	}
	v.Label = claimLabel
	if v.Guard, err = s.guardOf(r.Context(), f.Values, f.disputes()); err != nil {
		return err
	}
	if v.Embargo, err = s.embargoesOf(r, t.Article.Slug); err != nil {
		return err
	}
	notes := notesOf(t, f.claim.Code)
	v.Blocks = blocksOf(t, notes, f.match)
	v.Undo = undoOf(r, t, notes)
	v.Query = strings.TrimSpace(r.URL.Query().Get("q"))
	v.Notes = filtered(notes, v.Query)
	if r.URL.Query().Get("list") == "fact" {
		v.ByFact = byFact(v.Notes)
	}
	return s.render(w, r, status, tagPage(v))
}
