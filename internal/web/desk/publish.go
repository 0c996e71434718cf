package desk

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// PublishPath is where a set of facts is previewed and published together. Facts names them, with commas between.
const publishPath = "/desk/publish"

// publishSetPath is the preview of a set of facts.
func publishSetPath(facts []narrative.Slug) string {
	names := make([]string, len(facts))
	for i, f := range facts {
		names[i] = string(f)
	}
	return publishPath + "?facts=" + strings.Join(names, ",")
}

// withdrawPath is where a fact is taken from the lists.
func withdrawPath(fact narrative.Slug) string {
	return nounPath(narrative.KindFact, string(fact)) + "/withdraw"
}

// Bounds of a publication.
const (
	longestReason = 500 // characters
	mostTogether  = 50  // facts
)

// A publishForm is the form by which facts that are previewed are published.
type publishForm struct {
	fieldSet
	Seen   []string // slug and token of each
	First  bool     // all of them are published for the first time
	Unseen int      // how many things nobody else has looked at
	May    bool     // the account may publish
	Draft  draftNote
}

func newPublishForm(f fieldSet, list []store.Preview, role store.Role, draft draftNote) publishForm {
	draft.into(f.Values, "kind", "reason", "waiver")
	p := publishForm{fieldSet: f, First: true, May: role.May(store.RoleEditor), Draft: draft}
	for _, v := range list {
		p.Seen = append(p.Seen, string(v.Fact)+" "+v.Token)
		p.First = p.First && v.Number == 0
		p.Unseen += len(v.Unseen())
	}
	return p
}

// A publishView is the page on which facts are published together.
type publishView struct {
	layout
	fieldSet
	Facts    []previewView
	Sent     []unfitField // of a form whose facts cannot be found
	Form     publishForm
	Outdated []string        // questions of those that have changed since they were seen
	Waiting  []waitingChoice // facts that can be chosen, where none is previewed
	More     string          // the address of all of them, "" where these are all
}

// A waitingChoice is a fact with changes that are not published.
type waitingChoice struct {
	Fact     string
	Question string
	Note     string
	Chosen   bool
	Invented bool
}

// offerWaiting offers the facts with changes that are not published. What else was named stays in the field.
func (s *Server) offerWaiting(r *http.Request, v *publishView) error {
	p, err := s.store.InboxQueue(r.Context(), accountOf(r).Name, store.QueueWaiting, 0)
	if err != nil {
		return err
	}
	named := strings.FieldsFunc(strings.Join(r.URL.Query()["facts"], ","), isBetweenSlugs)
	for _, item := range p.Items {
		c := waitingChoice{item.Key, item.Title, item.Note, slices.Contains(named, item.Key), item.Invented}
		if item.At != nil {
			c.Note += ", " + dayAndTime(*item.At)
		}
		named = slices.DeleteFunc(named, func(name string) bool { return name == item.Key })
		v.Waiting = append(v.Waiting, c)
	}
	if len(p.Items) < p.Count {
		v.More = inboxPath + "/" + string(store.QueueWaiting)
	}
	v.fieldSet.Values = url.Values{"facts": {strings.Join(named, ", ")}}
	return nil
}

// A previewView is a fact among those that are published together.
type previewView struct {
	store.Preview
	State   string
	Review  string
	Changes changesView
}

// showPublish previews a set of facts.
func (s *Server) showPublish(w http.ResponseWriter, r *http.Request) error {
	facts, problems := factsIn(r.URL.Query()["facts"])
	f := fieldSet{Values: r.URL.Query(), Problems: problems}
	status := http.StatusOK
	if len(problems) > 0 {
		facts, status = nil, http.StatusUnprocessableEntity
	}
	return s.drawPublish(w, r, status, facts, f, nil)
}

// factsIn reads slugs that are divided by commas or white space.
func factsIn(values []string) ([]narrative.Slug, []narrative.Problem) {
	var facts []narrative.Slug
	var problems []narrative.Problem
	for _, name := range strings.FieldsFunc(strings.Join(values, ","), isBetweenSlugs) {
		slug := narrative.Slug(name)
		if !slug.Valid() {
			problems = append(problems, narrative.Problem{Path: "facts", Message: fmt.Sprintf("%q is the short name of no fact", clipped(name))})
		} else if !slices.Contains(facts, slug) {
			facts = append(facts, slug)
		}
	}
	if len(facts) > mostTogether {
		problems = append(problems, narrative.Problem{Path: "facts", Message: fmt.Sprintf("are %d; expected at most %d at once", len(facts), mostTogether)})
	}
	return facts, problems
}

func isBetweenSlugs(r rune) bool { return r == ',' || unicode.IsSpace(r) }

// clipped is the beginning of a text that somebody has sent, fit to be shown.
func clipped(s string) string {
	r := []rune(strings.ToValidUTF8(s, "\uFFFD"))
	if len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return string(r)
}

func (s *Server) drawPublish(w http.ResponseWriter, r *http.Request, status int, facts []narrative.Slug, f fieldSet, outdated []narrative.Slug) error {
	list, err := s.store.Preview(r.Context(), facts)
	if errors.Is(err, store.ErrNotFound) && r.Method == http.MethodGet {
		f.Problems = append(f.Problems, narrative.Problem{Path: "facts", Message: "are not all there; expected short names of facts"})
		status, list, err = http.StatusNotFound, nil, nil
	}
	if err != nil {
		return err
	}
	address := publishSetPath(facts)
	if key := draftKey(r); key != "" {
		address = openedAt(key) // of the review, where it was sent from there
	}
	draft, err := s.draftOf(r, address)
	if err != nil {
		return err
	}
	v := publishView{layout: s.layout(r, "Publish together"), fieldSet: f, Form: newPublishForm(f, list, accountOf(r).Role, draft)}
	for _, p := range list {
		v.Facts = append(v.Facts, previewView{p, stateOf(p), reviewPath(p.Fact), s.changesOf(p, ui.Link{Text: "the working copy", Href: reviewPath(p.Fact)})})
		if slices.Contains(outdated, p.Fact) {
			v.Outdated = append(v.Outdated, p.Content.Title)
		}
	}
	if len(list) == 0 {
		v.Sent = sentWith(r)
		if err := s.offerWaiting(r, &v); err != nil {
			return err
		}
	}
	return s.render(w, r, status, publishPage(v))
}

// publish publishes facts as they were previewed, all or none.
func (s *Server) publish(w http.ResponseWriter, r *http.Request) error {
	p, problems := s.publicationOf(r)
	f := fieldSet{Values: r.PostForm, Problems: problems}
	if len(problems) > 0 {
		return s.drawPublish(w, r, http.StatusUnprocessableEntity, p.Facts, f, nil)
	}
	done, err := s.store.Publish(r.Context(), p)
	outdated, isOutdated := errors.AsType[*store.Outdated](err)
	unsound, isUnsound := errors.AsType[*store.Unsound](err)
	_, isUnseen := errors.AsType[*store.Unseen](err)
	switch {
	case isOutdated:
		return s.drawPublish(w, r, http.StatusConflict, p.Facts, f, outdated.Facts)
	case isUnsound:
		for _, problem := range unsound.Problems {
			f.Problems = append(f.Problems, narrative.Problem{Message: problem.String()})
		}
	case isUnseen:
		f.Problems = []narrative.Problem{{Path: "waiver", Message: "missing; somebody else looks at what is listed first, or readers are told here why nobody has"}}
	case errors.Is(err, store.ErrShare):
		f.Problems = []narrative.Problem{{Message: "More than half of an article’s words would stand on readers’ pages. Shorten its passages."}}
	case err != nil:
		return err
	default:
		return leadOn(publishedPath(p.Facts), publishedWord(done))
	}
	return s.drawPublish(w, r, http.StatusUnprocessableEntity, p.Facts, f, nil)
}

// publishedPath is where an editor goes on after a publication.
func publishedPath(facts []narrative.Slug) string {
	if len(facts) == 1 {
		return reviewPath(facts[0])
	}
	return publishSetPath(facts)
}

func publishedWord(done []store.Published) string {
	if slices.ContainsFunc(done, func(p store.Published) bool { return p.Changed }) {
		return "published"
	}
	return "same"
}

// publicationOf reads what a form asks to be published. Facts that could be read are there also where something is wrong.
func (s *Server) publicationOf(r *http.Request) (store.Publication, []narrative.Problem) {
	p := store.Publication{Kind: edition.Update, Actor: accountOf(r).Name, Expect: map[narrative.Slug]string{}}
	var problems []narrative.Problem
	for _, seen := range r.PostForm["seen"] {
		name, token, _ := strings.Cut(seen, " ")
		if slug := narrative.Slug(name); slug.Valid() && !slices.Contains(p.Facts, slug) {
			p.Facts = append(p.Facts, slug)
			p.Expect[slug] = token
		}
	}
	if len(p.Facts) == 0 || len(p.Facts) > mostTogether || len(p.Facts) != len(r.PostForm["seen"]) {
		problems = append(problems, narrative.Problem{Path: "facts", Message: fmt.Sprintf("were not sent as the preview has them; expected 1 to %d, once each", mostTogether)})
		p.Facts = p.Facts[:min(len(p.Facts), mostTogether)]
	}
	switch kind := r.PostForm["kind"]; {
	case len(kind) == 1 && edition.Kind(kind[0]) == edition.Correction:
		p.Kind = edition.Correction
	case len(kind) == 1 && edition.Kind(kind[0]) == edition.Update:
	default:
		problems = append(problems, narrative.Problem{Path: "kind", Message: "missing; expected update or correction"})
	}
	var wrong []narrative.Problem
	p.Reason, wrong = lineOf(r.PostForm, "reason", true)
	problems = append(problems, wrong...)
	if _, sent := r.PostForm["waiver"]; sent {
		p.Waiver, wrong = lineOf(r.PostForm, "waiver", false)
		problems = append(problems, wrong...)
	}
	return p, problems
}

// lineOf reads a line that is kept with an edition, in normal form C and without white space at its ends.
func lineOf(fields url.Values, name string, required bool) (string, []narrative.Problem) {
	problem := func(format string, args ...any) []narrative.Problem {
		return []narrative.Problem{{Path: name, Message: fmt.Sprintf(format, args...)}}
	}
	values := fields[name]
	switch {
	case len(values) > 1:
		return "", problem("was sent %d times; expected once", len(values))
	case len(values) == 0 && !required:
		return "", nil
	case len(values) == 0:
		return "", problem("was not sent; expected a field")
	case !utf8.ValidString(values[0]):
		return "", problem("is not valid UTF-8")
	}
	line := norm.NFC.String(strings.TrimSpace(values[0]))
	switch n := utf8.RuneCountInString(line); {
	case line == "" && required:
		return "", problem("missing; readers see it beside the edition")
	case n > longestReason:
		return "", problem("is %d characters long; expected at most %d", n, longestReason)
	case strings.ContainsFunc(line, unseeable):
		return "", problem("holds a line break or a character that cannot be seen; expected one line")
	}
	return line, nil
}

// unseeable reports control characters, and those that turn the direction of the text after them.
func unseeable(r rune) bool {
	return unicode.IsControl(r) || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r == 0xFEFF
}

// A withdrawView is the page on which a fact is taken from the lists.
type withdrawView struct {
	layout
	fieldSet
	Question string
	Back     string
	Action   string
	Draft    draftNote
}

// showWithdraw asks why a fact is to be taken from the lists.
func (s *Server) showWithdraw(w http.ResponseWriter, r *http.Request) error {
	return s.drawWithdraw(w, r, http.StatusOK, fieldSet{Values: url.Values{}})
}

func (s *Server) drawWithdraw(w http.ResponseWriter, r *http.Request, status int, f fieldSet) error {
	n, err := s.nounIn(r, narrative.KindFact, withdrawPath)
	if err != nil {
		return err
	}
	slug := narrative.Slug(n.Key)
	draft, err := s.draftOf(r, withdrawPath(slug))
	if err != nil {
		return err
	}
	draft.into(f.Values, "reason", "into")
	question, err := s.plain(r.Context(), n.Doc.(narrative.Fact).Question)
	if err != nil {
		return err
	}
	return s.render(w, r, status, withdrawPage(withdrawView{
		s.layout(r, "Withdraw: "+question), f, question, reviewPath(slug), withdrawPath(slug), draft,
	}))
}

// withdraw takes a fact from the lists.
func (s *Server) withdraw(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	f := fieldSet{Values: r.PostForm}
	reason, problems := lineOf(r.PostForm, "reason", true)
	into, wrong := lineOf(r.PostForm, "into", false)
	f.Problems = append(problems, wrong...)
	if into != "" && !narrative.Slug(into).Valid() {
		f.Problems = append(f.Problems, narrative.Problem{Path: "into", Message: "is the short name of no fact"})
	}
	if len(f.Problems) > 0 {
		return s.drawWithdraw(w, r, http.StatusUnprocessableEntity, f)
	}
	_, err = s.store.Withdraw(r.Context(), store.Withdrawal{Fact: slug, Into: narrative.Slug(into), Reason: reason, Actor: accountOf(r).Name})
	switch {
	case errors.Is(err, edition.ErrSeal):
		f.Problems = []narrative.Problem{{Path: "into", Message: "is the fact itself"}}
	case errors.Is(err, store.ErrWithdrawn):
		f.Problems = []narrative.Problem{{Message: "The fact, or the one in which it is to go on, is not on the lists: it was never published, or was withdrawn."}}
	case errors.Is(err, store.ErrNotFound) && into != "":
		f.Problems = []narrative.Problem{{Path: "into", Message: "is the short name of no fact"}}
	case err != nil:
		return err
	default:
		return leadOn(reviewPath(slug), "withdrawn")
	}
	return s.drawWithdraw(w, r, http.StatusUnprocessableEntity, f)
}
