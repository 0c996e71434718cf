package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"
	"unicode"

	"counterclaim/internal/intake"
	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
	"counterclaim/internal/store"
	"counterclaim/internal/web/form"
)

// A Fetcher asks other servers for articles and feeds, as [intake.Client] does. Its errors may be shown to an editor.
type Fetcher interface {
	Fetch(ctx context.Context, address string) (intake.Received, error)
	// Check says whether an address may be asked for, by its form alone; it asks nobody.
	Check(address string) error
}

// Addresses of the intake.
const (
	newArticlePath = "/desk/articles/new"
	arrivalsPath   = "/desk/arrivals"
)

// largestUpload is the size of the largest form that brings a file, in bytes: the largest file and some fields.
const largestUpload = intake.MaxPDF + intake.MaxMedia + 1<<20

// The ways in which an article comes in.
const (
	wayPaste = "paste"
	wayFile  = "file"
	wayPost  = "post"
	wayFetch = "fetch"
)

// recordingField brings the audio or video of which the file is a transcript.
const recordingField = "recording"

// A newArticleView is the page on which an article comes in, or a new text of one.
type newArticleView struct {
	layout
	Fields   fieldSet
	Action   string
	Article  narrative.Article // of which it is a new text; none for a new article
	Outlets  []choice
	Way      string // of the form in which something is wrong; "" for none
	MayFetch bool
	Draft    draftNote // of the form for a text
	Post     draftNote // of the form for a post
}

// showNewArticle shows the ways in which an article can come in.
func (s *Server) showNewArticle(w http.ResponseWriter, r *http.Request) error {
	f := fieldSet{Values: url.Values{"address": {r.URL.Query().Get("address")}}}
	return s.drawNewArticle(w, r, http.StatusOK, narrative.Article{}, f)
}

func (s *Server) drawNewArticle(w http.ResponseWriter, r *http.Request, status int, of narrative.Article, f fieldSet) error {
	outlets, err := s.store.OutletOffers(r.Context())
	if err != nil {
		return err
	}
	choices, err := s.outletChoices(r.Context(), outlets)
	if err != nil {
		return err
	}
	v := newArticleView{
		layout: s.layout(r, "New article"), Fields: f, Action: newArticlePath, Article: of, Outlets: choices,
		Way: f.Values.Get("way"), MayFetch: s.client != nil,
	}
	if of.Slug != "" {
		v.layout, v.Action = s.layout(r, "New text: "+of.Headline), capturesPath(of.Slug)
	}
	address := newArticlePath
	if of.Slug != "" {
		address = v.Action + "/new"
	}
	if v.Draft, err = s.draftOf(r, address); err != nil {
		return err
	}
	if v.Draft.Taken {
		v.Fields.Values, v.Way = v.Draft.fields, v.Draft.fields.Get("way")
	}
	// Both forms are opened at one address: the key is that of the one that was sent, or that the draft was written in.
	if v.Post.Key = newKey(address); v.Way == wayPost {
		v.Post.Key, v.Draft.Key = v.Draft.Key, v.Post.Key
	}
	return s.render(w, r, status, newArticlePage(v))
}

// outletChoices are the outlets to choose from, those that were invented for practice last.
func (s *Server) outletChoices(ctx context.Context, outlets []narrative.Outlet) ([]choice, error) {
	keys := make([]store.NounKey, len(outlets))
	for i, o := range outlets {
		keys[i] = store.NounKey{Kind: narrative.KindOutlet, Key: string(o.Slug)}
	}
	invented, err := s.store.Invented(ctx, keys)
	if err != nil {
		return nil, err
	}
	var list, practice []choice
	for i, o := range outlets {
		if invented[keys[i]] {
			practice = append(practice, choice{string(o.Slug), practiceTitle(o.Name, true)})
		} else {
			list = append(list, choice{string(o.Slug), o.Name})
		}
	}
	return append(list, practice...), nil
}

// receiveArticle keeps what was sent as an arrival, and leads on to its page.
func (s *Server) receiveArticle(w http.ResponseWriter, r *http.Request) error {
	return s.receive(w, r, narrative.Article{})
}

// receive keeps what was sent as an arrival: a new article, or a new text of one that is there.
func (s *Server) receive(w http.ResponseWriter, r *http.Request, of narrative.Article) error {
	problems, tooLarge := s.readUpload(w, r, largestUpload, wayFile)
	if tooLarge {
		f := fieldSet{Values: url.Values{"way": {wayFile}}, Problems: problems}
		return s.drawNewArticle(w, r, http.StatusRequestEntityTooLarge, of, f)
	}
	if problems != nil {
		return errBadForm
	}
	take := func(w http.ResponseWriter, r *http.Request) error { return s.receiveRead(w, r, of) }
	if mediaOf(r) != filesType {
		return take(w, r) // which [Server.page] sees to drafts of
	}
	return s.drafted(w, r, take)
}

// receiveRead keeps what was sent with a form that is read.
func (s *Server) receiveRead(w http.ResponseWriter, r *http.Request, of narrative.Article) error {
	f := fieldSet{Values: r.PostForm}
	receipt, err := s.readIn(w, r, f, of)
	if bad, ok := errors.AsType[*unfit](err); ok {
		if f.Values.Get("way") == wayPost {
			bad.field = "post." + bad.field
		}
		f.Problems = append(f.Problems, narrative.Problem{Path: bad.field, Message: bad.message})
		return s.drawNewArticle(w, r, bad.status, of, f)
	}
	if err != nil {
		return err
	}
	id, err := s.store.Receive(r.Context(), receipt)
	if err != nil {
		return err
	}
	return leadOn(arrivalPath(id), "received")
}

// readIn reads what a form brings and makes a draft of it: a new article, or a new text of one that is there. What is wrong with
// it is an [*unfit].
func (s *Server) readIn(w http.ResponseWriter, r *http.Request, f fieldSet, of narrative.Article) (store.Receipt, error) {
	received, field, err := s.received(w, r)
	if _, is := errors.AsType[*unfit](err); is || errors.Is(err, store.ErrUnavailable) {
		return store.Receipt{}, err
	}
	if err != nil {
		return store.Receipt{}, unread(w, field, err)
	}
	outlet, err := s.outletOf(r.Context(), narrative.Slug(f.value("outlet")), of.Outlet)
	if err != nil {
		return store.Receipt{}, err
	}
	hints := intake.Hints{Headline: line(cmp.Or(f.value("headline"), of.Headline)), Boilerplate: outlet.Boilerplate}
	if received.Format == intake.Post {
		if hints.Post, err = posting(f); err != nil {
			return store.Receipt{}, unread(w, "at", err)
		}
	}
	if err := s.spendReading(w, r, received, field); err != nil {
		return store.Receipt{}, err
	}
	draft, err := intake.Read(received, hints)
	if err != nil {
		return store.Receipt{}, unread(w, field, err)
	}
	receipt, err := s.receipt(r, received, draft, r.PostForm, outlet)
	if err != nil {
		return store.Receipt{}, err
	}
	receipt.Article = of.Slug
	receipt.Recording, err = recordingOf(r, received, draft)
	return receipt, err
}

// readUpload reads a form of at most so many bytes that may bring a file, in the field that is named if it is larger. It says what is
// wrong with it, and whether that it is too large.
func (s *Server) readUpload(w http.ResponseWriter, r *http.Request, most int64, field string) (problems []narrative.Problem, tooLarge bool) {
	if mediaOf(r) != filesType {
		return nil, false // read already
	}
	r.Body = http.MaxBytesReader(w, r.Body, most)
	err := r.ParseMultipartForm(most) // all of it in memory, so that no file of it lies about
	if problems := tooLargeFiles(r); err == nil && problems != nil {
		return problems, true
	}
	switch _, large := errors.AsType[*http.MaxBytesError](err); {
	case large || errors.Is(err, multipart.ErrMessageTooLarge):
		return []narrative.Problem{{Path: field, Message: fmt.Sprintf("is larger than %d MiB, which is the most that is taken", intake.MaxPDF>>20)}}, true
	case err != nil:
		return []narrative.Problem{{Message: "could not be read"}}, false
	}
	return nil, false
}

// received returns what a form brings, and the field to name if something is wrong with it.
func (s *Server) received(w http.ResponseWriter, r *http.Request) (intake.Received, string, error) {
	now := s.now().UTC().Truncate(time.Second)
	fields := fieldSet{Values: r.PostForm}
	given := intake.Received{URL: line(fields.value("url")), At: now}
	switch fields.value("way") {
	case wayFile:
		if err := readFile(r, &given); err != nil {
			return given, wayFile, orTranscript(r, err)
		}
		return given, wayFile, refuseRecording(given.Body)
	case wayFetch:
		if s.client == nil {
			return given, "address", errors.New("fetching is off on this server")
		}
		if err := s.spend(w, r, store.CostFetch, "address"); err != nil {
			return given, "address", err
		}
		received, err := s.client.Fetch(r.Context(), fields.value("address"))
		return received, "address", err
	case wayPost:
		given.Format, given.Name = intake.Post, "post.txt"
	default:
		given.Format, given.Name = intake.Text, "pasted.txt"
	}
	given.Body, given.MediaType = []byte(r.PostForm.Get("text")), "text/plain; charset=utf-8"
	if strings.TrimSpace(r.PostForm.Get("text")) == "" {
		return given, "text", errors.New("there is no text in it")
	}
	return given, "text", nil
}

// readFile takes the file of a form.
func readFile(r *http.Request, into *intake.Received) error {
	if r.MultipartForm == nil || len(r.MultipartForm.File[wayFile]) == 0 {
		return errors.New("no file was chosen")
	}
	header := r.MultipartForm.File[wayFile][0]
	f, err := header.Open()
	if err != nil {
		return errors.New("could not be read")
	}
	defer func() { _ = f.Close() }() // it is in memory
	if into.Body, err = io.ReadAll(f); err != nil {
		return errors.New("could not be read")
	}
	if len(into.Body) == 0 {
		return errors.New("the file is empty")
	}
	into.Name, into.MediaType = line(path.Base(strings.ReplaceAll(header.Filename, `\`, "/"))), line(header.Header.Get("Content-Type"))
	return nil
}

// posting reads what a form says of a post.
func posting(f fieldSet) (intake.Posting, error) {
	p := intake.Posting{URL: line(f.value("url")), Author: line(f.value("author"))}
	at := line(f.value("at"))
	if at == "" {
		return p, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04Z07:00"} {
		if t, err := time.Parse(layout, at); err == nil {
			p.At = t
			return p, nil
		}
	}
	return p, fmt.Errorf("%q is no time with its zone; expected one such as 2023-01-24T15:04:05+04:00", at)
}

// outletOf returns the first of the outlets that is there; none of them need be.
func (s *Server) outletOf(ctx context.Context, slugs ...narrative.Slug) (narrative.Outlet, error) {
	for _, slug := range slugs {
		if !slug.Valid() {
			continue
		}
		n, err := s.store.Noun(ctx, store.NounKey{Kind: narrative.KindOutlet, Key: string(slug)})
		if err == nil {
			return n.Doc.(narrative.Outlet), nil
		}
		if _, renamed := errors.AsType[*store.Moved](err); !renamed && !errors.Is(err, store.ErrNotFound) {
			return narrative.Outlet{}, err
		}
	}
	return narrative.Outlet{}, nil
}

// receipt is what is kept of something received. What the editor has typed counts before what the text says of itself.
func (s *Server) receipt(r *http.Request, received intake.Received, d intake.Draft, typed url.Values, outlet narrative.Outlet) (store.Receipt, error) {
	slug, identified, err := s.presetOutlet(r.Context(), d, outlet.Slug)
	if err != nil {
		return store.Receipt{}, err
	}
	a := narrative.Article{
		Outlet: slug, Identified: identified, Kind: d.Kind, Headline: d.Headline, HeadlineBy: d.HeadlineBy, URL: d.URL, Byline: d.Byline, Language: d.Language,
		Published: d.Published, Captured: narrative.Day(received.At.UTC().Format(time.DateOnly)), Credit: d.Credit, Rights: narrative.RightsExcerpt,
	}
	fields := form.Write(a)
	fields.Set("new_outlet", "")
	if a.Outlet == "" {
		fields.Set("new_outlet", d.Outlet)
	}
	f := fieldSet{Values: typed}
	for _, name := range []string{"headline", "byline", "url"} {
		if typed := line(f.value(name)); typed != "" {
			fields.Set(name, typed)
		}
	}
	if line(f.value("headline")) != "" {
		fields.Set("headline_by", string(narrative.ByArticle))
	}
	if day := line(f.value("day")); day != "" {
		fields.Set("published.day", day)
		fields.Set("published.at", "")
		fields.Set("published.basis", string(narrative.Given))
		fields.Set("published.reason", "")
	}
	drafted := store.Drafted{Fields: fields, Pieces: piecesOf(d), Notes: d.Notes, Held: string(d.Held)}
	if d.Rights != "" {
		drafted.Notes = append(drafted.Notes, "It says of its rights: “"+d.Rights+"”")
	}
	if d.LanguageBasis == narrative.Inferred {
		drafted.Notes = append(drafted.Notes, "The language was inferred from the words.")
	}
	if d.Modified.Known() {
		drafted.Notes = append(drafted.Notes, "It says that it was modified on "+d.Modified.On.String()+".")
	}
	return store.Receipt{
		Format: string(d.Format), Name: line(received.Name), MediaType: line(received.MediaType), URL: line(cmp.Or(received.URL, d.URL)),
		Title: cmp.Or(line(fields.Get("headline")), firstWords(drafted.Pieces)), Original: received.Body, At: received.At, Draft: drafted, Actor: accountOf(r).Name,
		Embargo: d.Embargo,
	}, nil
}

// firstWords are what something without a headline is listed by.
func firstWords(pieces []store.Piece) string {
	for _, p := range pieces {
		if p.Kept {
			return line(shortened(p.Text))
		}
	}
	return ""
}

// line brings what somebody typed, or a server sent, into one line without anything invisible, of 300 characters at most
// or, for an address, 2000.
func line(s string) string {
	s = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))), " ")
	most := narrative.MaxLine
	if strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") {
		most = narrative.MaxAddress
	}
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most])
	}
	return s
}

// sentenceOf is an error of the intake without its package's name.
func sentenceOf(err error) string {
	text := strings.TrimPrefix(err.Error(), "intake: ")
	switch {
	case errors.Is(err, passage.ErrNUL):
		return "holds a NUL character, which no text has; was it the right file?"
	case errors.Is(err, passage.ErrNotUTF8):
		return "is not valid UTF-8; save it as UTF-8 and send it again"
	}
	return text
}

// of returns the fields for the form of one way: what was typed and what is wrong stands only in the form that was sent.
func (v newArticleView) of(way string) fieldSet {
	if v.Way == way || v.Way == "" && way != wayPost {
		return v.Fields
	}
	return fieldSet{}
}

// notice is the note of both forms in which a text is typed.
func (v newArticleView) notice() draftNote {
	n := v.Draft
	if v.Way == wayPost {
		n.Key = v.Post.Key
	}
	return n
}

// postRows are the fields of a post.
var postRows = []struct {
	name, label, help string
	lines             int
}{
	{"url", "Address of the post", "", 1},
	{"author", "Account, as printed", "", 1},
	{"at", "Posted at", "2023-01-24T15:04:05+04:00, to the second if known", 1},
	{"text", "Text of the post", "", 4},
}
