package desk

import (
	"cmp"
	"errors"
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
	Guard     guard
}

// An undoView is the button that takes back what was done last; its Code is "" where there is nothing.
type undoView struct {
	Code    narrative.Code
	Version int
	Removed bool // the claim is gone
}

// A factNotes is the claims on one fact.
type factNotes struct {
	Question string // "" for claims that nobody has sorted yet
	Notes    []claimNote
}

// showTagging shows an article with the form of a new claim.
func (s *Server) showTagging(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	on := goOnFrom(r.URL.Query())
	t, err := s.store.Tagging(r.Context(), slug, on.facts()...)
	if err != nil {
		return moved(err, func(to string) string { return tagPath(narrative.Slug(to)) })
	}
	return s.openForm(w, r, newTagForm(t, on))
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
		f = postedForm(f.tagging, now, draft.fields)
		f.readPassage()
		f.showSource()
		if !f.isNew() {
			f.Values.Set(fieldVersion, strconv.Itoa(now.Version))
		}
		if draft.version != now.Version {
			f.Theirs = form.Write(now.Claim)
			f.showTheirSources()
		}
	}
	return s.drawForm(w, r, http.StatusOK, f, draft)
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
	c, saved, err := f.save(r.Context(), s.store, accountOf(r).Name)
	switch {
	case err != nil:
		return err
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
	what := "Tag"
	if !f.isNew() {
		what = "Claim " + string(f.claim.Code)
	}
	v.layout = s.layout(r, what+": "+t.Article.Headline)
	var err error
	if v.TagScript, err = s.site.Asset("tag.js"); err != nil {
		return err
	}
	v.Label = claimLabel
	if v.Guard, err = s.guardOf(r.Context(), f.Values, f.disputes()); err != nil {
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

// undoOf is the button that takes back what was done just now with the claim that the address names: one of the article's, or
// one that was removed.
func undoOf(r *http.Request, t store.Tagging, notes []claimNote) undoView {
	q := r.URL.Query()
	if !q.Has("done") {
		return undoView{}
	}
	for _, n := range notes {
		if string(n.Code) == q.Get(fieldAfter) {
			return undoView{Code: n.Code, Version: n.Version}
		}
	}
	for _, c := range t.Removed {
		if c.Key == q.Get(fieldGone) && c.By == accountOf(r).Name {
			return undoView{Code: narrative.Code(c.Key), Version: c.Version, Removed: true}
		}
	}
	return undoView{}
}

// filtered returns the notes that hold a text anywhere.
func filtered(notes []claimNote, query string) []claimNote {
	query = strings.ToLower(query)
	return slices.DeleteFunc(slices.Clone(notes), func(n claimNote) bool {
		var text strings.Builder
		text.WriteString(n.Words + " " + n.Source + " " + string(n.Code))
		for _, s := range n.Stances {
			text.WriteString(" " + s.Question + " " + s.Position)
		}
		return !strings.Contains(strings.ToLower(text.String()), query)
	})
}

// byFact puts notes under the facts on which their claims have a stance, in the order in which these come first, and those
// that nobody has sorted last.
func byFact(notes []claimNote) []factNotes {
	var groups []factNotes
	add := func(question string, n claimNote) {
		for i := range groups {
			if groups[i].Question == question {
				groups[i].Notes = append(groups[i].Notes, n)
				return
			}
		}
		groups = append(groups, factNotes{question, []claimNote{n}})
	}
	for _, n := range notes {
		var on []narrative.Slug
		for _, s := range n.Stances {
			if !slices.Contains(on, s.Fact) {
				on = append(on, s.Fact)
				add(s.Question, n)
			}
		}
		if len(on) == 0 {
			add("", n)
		}
	}
	slices.SortStableFunc(groups, func(a, b factNotes) int { return boolOrder(a.Question == "", b.Question == "") })
	return groups
}

// undoClaim takes back what this account has done to a claim last.
func (s *Server) undoClaim(w http.ResponseWriter, r *http.Request) error {
	code, version, err := versionOf(r)
	if err != nil {
		return err
	}
	c, removed, err := s.store.UndoClaim(r.Context(), code, version, accountOf(r).Name)
	if err != nil {
		return refusedClaim(err)
	}
	if removed {
		on := goOn{source: c.Source}
		if len(c.Stances) > 0 {
			on.fact = c.Stances[0].Fact
		}
		return leadOn(tagPath(c.Article)+"?"+fieldGone+"="+string(code)+on.query(), "untagged")
	}
	return leadOn(tagPath(c.Article)+"?"+fieldAfter+"="+string(code), "undone")
}

// deleteClaim removes a claim.
func (s *Server) deleteClaim(w http.ResponseWriter, r *http.Request) error {
	code, version, err := versionOf(r)
	if err != nil {
		return err
	}
	c, err := s.store.DeleteClaim(r.Context(), code, version, accountOf(r).Name, strings.ToValidUTF8(strings.ReplaceAll(r.PostForm.Get(fieldWhy), "\x00", ""), ""))
	if err != nil {
		return refusedClaim(err)
	}
	return leadOn(tagPath(c.Article)+"?"+fieldGone+"="+string(code), "deleted")
}

// versionOf returns the claim in the address and the version that the form was made from.
func versionOf(r *http.Request) (narrative.Code, int, error) {
	code, err := codeOf(r)
	if err != nil {
		return "", 0, err
	}
	version, err := strconv.Atoi(r.PostForm.Get(fieldVersion))
	if err != nil {
		return "", 0, badField(fieldVersion)
	}
	return code, version, nil
}

// refusedClaim says to an editor why a claim was left as it is.
func refusedClaim(err error) error {
	if _, ok := errors.AsType[*store.StaleClaim](err); ok {
		return &statusError{http.StatusConflict, "Somebody has changed this claim since you saw it. Nothing was done: look at it again.", err}
	}
	if used, ok := errors.AsType[*store.InUse](err); ok {
		list := make([]string, len(used.By))
		for i, k := range used.By {
			list[i] = string(k.Kind) + " " + k.Key
		}
		return &statusError{http.StatusConflict, "Other things speak of this claim, so it stays: " + strings.Join(list, ", ") + ".", err}
	}
	if errors.Is(err, store.ErrNoUndo) {
		return &statusError{http.StatusConflict, "The last change of this claim was somebody else’s or no save of it alone, or its words are not in the text any more. Nothing was done.", err}
	}
	if unsound, ok := errors.AsType[*store.Unsound](err); ok {
		return &statusError{http.StatusConflict, "What the claim was does not fit any more: " + unsound.Problems[0].Message + ". Nothing was done.", err}
	}
	return err
}

// A positionGroup is the positions of a fact itself or of one of its aspects, as a form offers them.
type positionGroup struct {
	Aspect   narrative.Slug
	Question string // of the aspect, "" for the fact itself
	Choices  []positionChoice
}

// A positionChoice is a position, or none.
type positionChoice struct {
	choice
	Number int  // of its key, 0 for a position after the ninth, which has none
	None   bool // it is no position
}

// factOf returns the fact of a row of stances.
func (f *tagForm) factOf(i int) (narrative.Fact, bool) {
	slug := narrative.Slug(f.Values.Get(row("stances", i, "fact")))
	for _, fact := range f.tagging.Facts {
		if fact.Slug == slug && slug != "" {
			return fact, true
		}
	}
	return narrative.Fact{}, false
}

// positionGroups returns what a row of stances may choose from.
func (f *tagForm) positionGroups(i int) []positionGroup {
	fact, ok := f.factOf(i)
	if !ok {
		return nil
	}
	groups := []positionGroup{{Choices: nil}}
	for _, a := range fact.Aspects {
		groups = append(groups, positionGroup{Aspect: a.Slug, Question: f.plain(a.Question)})
	}
	n := 0
	for g := range groups {
		for _, p := range fact.PositionsOf(groups[g].Aspect) {
			n++
			number := n
			if n > 9 {
				number = 0
			}
			groups[g].Choices = append(groups[g].Choices, positionChoice{choice: choice{string(groups[g].Aspect) + "/" + string(p.Slug), f.plain(p.Label)}, Number: number})
		}
		groups[g].Choices = append(groups[g].Choices, positionChoice{choice: choice{string(groups[g].Aspect) + "/", "none: concern, or a verdict withheld"}, None: true})
	}
	return groups
}

// isChosen reports whether a row of stances has chosen a position.
func (f *tagForm) isChosen(i int, value string) bool {
	if chosen, ok := f.Values[row("stances", i, "choice")]; ok {
		return chosen[len(chosen)-1] == value
	}
	aspect, position := f.Values.Get(row("stances", i, "aspect")), f.Values.Get(row("stances", i, "position"))
	if aspect == "" && position == "" && narrative.Mode(f.Values.Get(row("stances", i, "mode"))).TakesPosition() {
		return false
	}
	return aspect+"/"+position == value
}

// isPreset reports whether a part of the claim is preset and was not looked at.
func (f *tagForm) isPreset(key string) bool { return slices.Contains(f.preset, key) }

// isNew reports whether the form is that of a new claim.
func (f *tagForm) isNew() bool { return f.claim.Code == "" }

// presetShown words what is preset, for a line under the form.
func (f *tagForm) presetShown() []choice {
	var list []choice
	hop := len(form.Rows(f.Values, "chain")) - 1
	for _, k := range presetKeys {
		if !f.isPreset(k.Value) {
			continue
		}
		text := ""
		switch k.Value {
		case presetVoice:
			text = wordOf(voiceChoices, f.value("voice"))
		case presetChain:
			if hop >= 0 {
				text = strings.TrimSpace(cmp.Or(f.value(row("chain", hop, "verb")), "no verb found") + " " + f.value(row("chain", hop, "class")))
			}
		case presetIssued:
			text = cmp.Or(f.value("issued.day"), "not known")
		case presetFigures:
			for _, i := range form.Rows(f.Values, "figures") {
				text = strings.TrimPrefix(text+", "+f.value(row("figures", i, "verbatim")), ", ")
			}
			text = cmp.Or(text, "none")
		case presetStances:
			text = wordOf(modeChoices, f.value("stances[0].mode"))
		}
		if text != "" {
			list = append(list, choice{k.Text, text})
		}
	}
	return list
}

// wordOf is what stands for a value.
func wordOf(choices []choice, value string) string {
	for _, c := range choices {
		if c.Value == value {
			return c.Text
		}
	}
	return value
}
