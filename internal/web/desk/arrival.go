package desk

import (
	"cmp"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"counterclaim/internal/intake"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/form"
)

// arrivalPath is the page of something that came in.
func arrivalPath(id int64) string { return arrivalsPath + "/" + strconv.FormatInt(id, 10) }

// arrivalOf returns the number of the arrival in the address. The error is a page that is not there.
func arrivalOf(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, errNoPage
	}
	return id, nil
}

// An arrivalsView is the list of what came in.
type arrivalsView struct {
	layout
	State store.ArrivalState
	List  []store.Arrival
	Next  string

	Invented map[narrative.Slug]bool // articles that were invented for practice
}

// arrivalStates are the lists, in order.
var arrivalStates = []choice{
	{string(store.ArrivalWaiting), "To be confirmed"},
	{string(store.ArrivalListed), "Announced by feeds"},
	{string(store.ArrivalConfirmed), "Confirmed"},
	{string(store.ArrivalDismissed), "Put away"},
}

// listArrivals shows what came in and is in one state.
func (s *Server) listArrivals(w http.ResponseWriter, r *http.Request) error {
	state := store.ArrivalState(r.URL.Query().Get("state"))
	if !slices.ContainsFunc(arrivalStates, func(c choice) bool { return c.Value == string(state) }) {
		state = store.ArrivalWaiting
	}
	before, _ := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64) // what is no number is the first page
	list, next, err := s.store.Arrivals(r.Context(), state, max(before, 0))
	if err != nil {
		return err
	}
	v := arrivalsView{layout: s.layout(r, "What came in"), State: state, List: list}
	var articles []narrative.Slug
	for _, a := range list {
		articles = append(articles, a.Article)
	}
	if v.Invented, err = s.inventedArticles(r.Context(), articles...); err != nil {
		return err
	}
	if next > 0 {
		v.Next = arrivalsPath + "?" + url.Values{"state": {string(state)}, "before": {strconv.FormatInt(next, 10)}}.Encode()
	}
	return s.render(w, r, http.StatusOK, arrivalsPage(v))
}

// An arrivalView is the page on which an editor makes an article of what came in.
type arrivalView struct {
	layout
	Arrival   store.Arrival
	Pieces    []pieceView
	Fields    fieldSet
	Outlets   []choice
	Offers    []outletOffer // outlets that it may be of
	Alike     []likeView
	Unread    int               // captures that were not compared yet
	Of        narrative.Article // of which it is to be a new text; none for a new article
	Hunks     []hunk            // in what that differs from the latest text
	Latest    store.FullText    // the latest text; the zero value if there is none
	Recording store.Media       // of which it is the transcript; the zero value for none
	MayFetch  bool
	Embargo   string // what it says of one that lasts; "" for none
	Settled   string // what has become of it meanwhile, in words; "" for nothing
	Draft     draftNote
}

// A pieceView is a paragraph of what came in.
type pieceView struct {
	store.Piece
	Number    int // from 0
	Sentences []sentence
	Last      bool
	Turned    bool // the box is ticked that leaves it out, or takes it back in
}

// A likeView is an article that has words in common with what came in.
type likeView struct {
	store.Likeness
	Share   float64
	Credits []intake.Credit // that the text which came in gives
}

// Percent is the share of words in common.
func (l likeView) Percent() string { return strconv.Itoa(int(l.Share*100+0.5)) + " %" }

// Certain reports whether it is almost certainly the same piece.
func (l likeView) Certain() bool { return l.Share >= intake.Certain }

// showArrival shows what came in beside what was made of it.
func (s *Server) showArrival(w http.ResponseWriter, r *http.Request) error {
	id, err := arrivalOf(r)
	if err != nil {
		return err
	}
	a, err := s.store.Arrival(r.Context(), id)
	if err != nil {
		return err
	}
	return s.drawArrival(w, r, http.StatusOK, a, fieldSet{Values: url.Values(a.Draft.Fields)})
}

func (s *Server) drawArrival(w http.ResponseWriter, r *http.Request, status int, a store.Arrival, f fieldSet) error {
	if f.Values == nil {
		f.Values = url.Values{}
	}
	outlets, err := s.store.OutletOffers(r.Context())
	if err != nil {
		return err
	}
	choices, err := s.outletChoices(r.Context(), outlets)
	if err != nil {
		return err
	}
	invented, err := s.inventedArticles(r.Context(), a.Article)
	if err != nil {
		return err
	}
	if invented[a.Article] {
		isOnPractice(r)
	}
	v := arrivalView{
		layout: s.layout(r, "Came in: "+titleOf(a)), Arrival: a, Fields: f, Outlets: choices, MayFetch: s.client != nil, Settled: settledWords(a), Embargo: s.embargoOf(a),
	}
	if v.Draft, err = s.draftOf(r, arrivalPath(a.ID)); err != nil {
		return err
	}
	v.Fields = v.Draft.fill(v.Fields, a.Version)
	if v.Recording, err = s.store.MediaOf(r.Context(), a.ID); err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if v.Offers, err = s.outletOffers(r, a, f); err != nil {
		return err
	}
	open := -1
	if n, err := strconv.Atoi(r.URL.Query().Get("split")); err == nil {
		open = n
	}
	for i, p := range a.Draft.Pieces {
		piece := pieceView{Piece: p, Number: i, Last: i == len(a.Draft.Pieces)-1}
		if v.Draft.Taken && v.Draft.version == a.Version { // else the paragraphs may be others by now
			piece.Turned = slices.Contains(v.Draft.fields[map[bool]string{true: "out", false: "in"}[p.Kept]], strconv.Itoa(i))
		}
		if i == open {
			piece.Sentences = sentencesOf(p.Text)
		}
		v.Pieces = append(v.Pieces, piece)
	}
	if a.State != store.ArrivalWaiting {
		return s.render(w, r, status, arrivalPage(v))
	}
	if a.Article != "" {
		err = s.compare(r, &v)
	} else {
		v.Alike, v.Unread, err = s.alike(r, a)
	}
	if t, ok := errors.AsType[*store.Throttled](err); ok {
		bad := tooMuch(w, "", t)
		v.Fields.Problems = append(v.Fields.Problems, narrative.Problem{Message: "It was not compared with what the desk has: " + bad.message + "."})
		status, err = bad.status, nil
	}
	if err != nil {
		return err
	}
	return s.render(w, r, status, arrivalPage(v))
}

// settledWords say what has become of an arrival that nobody needs to work on any more.
func settledWords(a store.Arrival) string {
	switch a.State {
	case store.ArrivalConfirmed:
		return "Confirmed by " + a.SettledBy + "."
	case store.ArrivalDismissed:
		return "Put away by " + a.SettledBy + "."
	}
	return ""
}

// compare finds the article of which an arrival is to be a new text, and in what they differ.
func (s *Server) compare(r *http.Request, v *arrivalView) error {
	n, err := s.store.Noun(r.Context(), store.NounKey{Kind: narrative.KindArticle, Key: string(v.Arrival.Article)})
	if err != nil {
		return err
	}
	v.Of = n.Doc.(narrative.Article)
	v.Latest, err = s.store.FullCapture(r.Context(), v.Arrival.Article)
	if errors.Is(err, store.ErrNotFound) {
		return nil // it has no full text so far
	}
	if err != nil {
		return err
	}
	if text, _, err := textOf(v.Arrival.Draft.Pieces); err == nil {
		v.Hunks = differences(v.Latest.Text, text)
	}
	return nil
}

// alike finds the articles that have many words in common with an arrival, or its address, those with most first, and how
// many captures were not compared. The error is [*store.Throttled] where the account has had too many compared.
func (s *Server) alike(r *http.Request, a store.Arrival) (list []likeView, unread int, err error) {
	text, _, err := textOf(a.Draft.Pieces)
	if err != nil {
		return nil, 0, nil // the form says what is wrong with it
	}
	if err := s.count(r, store.CostReprint); err != nil {
		return nil, 0, err
	}
	if unread, err = s.store.IndexReprints(r.Context(), func(text string) []int32 { return intake.Shingles(text).Prints }); err != nil {
		return nil, 0, err
	}
	signature := intake.Shingles(text.String())
	found, err := s.store.Reprints(r.Context(), signature.Prints, line(url.Values(a.Draft.Fields).Get("url")))
	if err != nil {
		return nil, 0, err
	}
	for _, l := range found {
		if share := intake.Containment(signature, intake.Shingles(l.Text)); share >= intake.Suggest || l.Here {
			list = append(list, likeView{l, share, intake.Credits(text.String())})
		}
	}
	slices.SortStableFunc(list, func(a, b likeView) int { return int(b.Share*1000) - int(a.Share*1000) })
	return list, unread, nil
}

// workOnArrival keeps what an editor has made of an arrival so far, and does what a button asks for.
func (s *Server) workOnArrival(w http.ResponseWriter, r *http.Request) error {
	id, err := arrivalOf(r)
	if err != nil {
		return err
	}
	a, err := s.store.Arrival(r.Context(), id)
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(r.PostForm.Get("version")) // a form without one is older than anything
	if a.State != store.ArrivalWaiting || a.Version != version {
		return s.drawChanged(w, r, a)
	}
	a.Draft.Fields = draftFields(r.PostForm, a.Draft.Fields)
	setKept(a.Draft.Pieces, r.PostForm)
	do := r.PostForm.Get("do")
	if slug, chosen := strings.CutPrefix(do, chooseOutlet); chosen {
		fields := url.Values(a.Draft.Fields)
		fields.Set("outlet", slug)
		fields.Set("new_outlet", "")
	}
	var changed bool
	a.Draft.Pieces, changed = changePieces(a.Draft.Pieces, do)
	title := line(url.Values(a.Draft.Fields).Get("headline"))
	err = s.store.SaveDraft(r.Context(), id, version, a.Article, title, a.Draft)
	if now, ok := errors.AsType[*store.ArrivalChanged](err); ok {
		return s.drawChanged(w, r, now.Now)
	}
	if err != nil {
		return err
	}
	keptElsewhere(r)
	if number, opens := strings.CutPrefix(do, "open-"); opens {
		return leadOn(arrivalPath(id)+"?split="+url.QueryEscape(number)+"#piece-"+url.QueryEscape(number), "")
	}
	if number, _, _ := strings.Cut(do[strings.Index(do, "-")+1:], "-"); changed {
		return leadOn(arrivalPath(id)+"#piece-"+number, "saved")
	}
	if strings.HasPrefix(do, chooseOutlet) {
		return leadOn(arrivalPath(id)+"#"+fieldID("outlet"), "saved")
	}
	if do != "confirm" {
		return leadOn(arrivalPath(id), "saved")
	}
	if a, err = s.store.Arrival(r.Context(), id); err != nil {
		return err
	}
	return s.confirm(w, r, a)
}

// drawChanged shows what somebody else has made of an arrival meanwhile, beside what this editor has typed.
func (s *Server) drawChanged(w http.ResponseWriter, r *http.Request, now store.Arrival) error {
	f := fieldSet{Values: draftFields(r.PostForm, now.Draft.Fields)}
	if now.State == store.ArrivalWaiting {
		f.Theirs = url.Values(now.Draft.Fields)
	}
	return s.drawArrival(w, r, http.StatusConflict, now, f)
}

// ownFields are those of an arrival's form that are not an article's.
var ownFields = []string{"new_outlet", "archive.address", "archive.day", "same", "why"}

// draftFields takes what a form says of the article; what it does not send stays as it was.
func draftFields(posted, before url.Values) url.Values {
	fields := form.Write(narrative.Article{})
	for _, name := range ownFields {
		fields.Set(name, "")
	}
	for name := range fields {
		if values, sent := posted[name]; sent {
			fields[name] = values
		} else if values, known := before[name]; known {
			fields[name] = values
		}
	}
	return fields
}

// setKept leaves out and takes back in what an editor has ticked.
func setKept(pieces []store.Piece, posted url.Values) {
	for _, box := range []struct {
		name string
		kept bool
	}{{"out", false}, {"in", true}} {
		for _, value := range posted[box.name] {
			if i, err := strconv.Atoi(value); err == nil && i >= 0 && i < len(pieces) {
				pieces[i].Kept = box.kept
			}
		}
	}
}

// dismissArrival puts an arrival away.
func (s *Server) dismissArrival(w http.ResponseWriter, r *http.Request) error {
	id, err := arrivalOf(r)
	if err != nil {
		return err
	}
	return s.settled(w, r, s.store.Dismiss(r.Context(), id, "", accountOf(r).Name), arrivalsPath, "dismissed")
}

// takeOutArrival takes an arrival that was put away out again.
func (s *Server) takeOutArrival(w http.ResponseWriter, r *http.Request) error {
	id, err := arrivalOf(r)
	if err != nil {
		return err
	}
	return s.settled(w, r, s.store.TakeOut(r.Context(), id), arrivalPath(id), "saved")
}

// settled leads on after work on an arrival, or shows what somebody else has done with it.
func (s *Server) settled(w http.ResponseWriter, r *http.Request, err error, to, done string) error {
	if now, ok := errors.AsType[*store.ArrivalChanged](err); ok {
		return s.drawArrival(w, r, http.StatusConflict, now.Now, fieldSet{Values: now.Now.Draft.Fields})
	}
	if err != nil {
		return err
	}
	return leadOn(to, done)
}

// downloadArrival sends what came in, to the byte, to be kept as a file and never to be shown.
func (s *Server) downloadArrival(w http.ResponseWriter, r *http.Request) error {
	id, err := arrivalOf(r)
	if err != nil {
		return err
	}
	name, body, err := s.store.Original(r.Context(), id)
	if err != nil {
		return err
	}
	if name == "" {
		name = "received-" + strconv.FormatInt(id, 10)
	}
	sendFile(w, name, body)
	return nil
}

// sendFile sends bytes to be kept as a file and never to be shown.
func sendFile(w http.ResponseWriter, name string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+strings.ReplaceAll(url.QueryEscape(name), "+", "%20"))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // fails only if the editor has gone
}

// titleOf is what an arrival is called on a page.
func titleOf(a store.Arrival) string {
	return cmp.Or(a.Title, a.URL, a.Name, "Without a title")
}

// hexOf writes a hash.
func hexOf(sum []byte) string { return hex.EncodeToString(sum) }

// likeChoices say what an article may be to one that is there.
var likeChoices = []choice{
	{sameArticle, "It is this article, with nothing new: put it away"},
	{newCapture, "It is a newer text of this article"},
	{isReprint, "It prints this article again"},
	{isOrigin, "This article prints it again"},
}
