package desk

import (
	"errors"
	"net/http"
	"strconv"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// capturesPath is where the captures of an article are.
func capturesPath(article narrative.Slug) string {
	return nounPath(narrative.KindArticle, string(article)) + "/captures"
}

// A capturesView is the page of an article's captures.
type capturesView struct {
	layout
	Article  narrative.Article
	Into     narrative.Slug // the article that it became part of, "" for none
	Merged   []store.MergedArticle
	List     []store.Capture
	Reprints []store.Reprint
	Media    map[int64]store.CaptureMedia // of captures that were made from transcripts
	Embargo  []embargoView
	until    string   // when the embargo ends, as it is typed; "" for none
	Fields   fieldSet // of the form in which something is wrong
	Wrong    int64    // the capture of that form, 0 if nothing is wrong with an archive's copy
	sent     capturesDraft
}

// The forms of the page of an article's captures.
const (
	ofArchive   = "archive"
	ofRecording = "recording"
	ofEmbargo   = "embargo"
)

// A capturesDraft is what one of the page's forms held when it was sent.
type capturesDraft struct {
	fields  fieldSet
	form    string // "" for none
	capture int64  // that the form is of
}

// showCaptures shows the captures of an article.
func (s *Server) showCaptures(w http.ResponseWriter, r *http.Request) error {
	return s.drawCaptures(w, r, http.StatusOK, capturesDraft{})
}

func (s *Server) drawCaptures(w http.ResponseWriter, r *http.Request, status int, d capturesDraft) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	v := capturesView{Fields: d.fields, sent: d}
	if d.form == ofArchive {
		v.Wrong = d.capture
	}
	if v.Article, v.List, err = s.store.Captures(r.Context(), slug); err != nil {
		return moved(err, func(to string) string { return capturesPath(narrative.Slug(to)) })
	}
	v.layout = s.layout(r, "Texts: "+v.Article.Headline)
	if v.Into, v.Merged, err = s.store.ArticleMergers(r.Context(), slug); err != nil {
		return err
	}
	if v.Reprints, err = s.store.ReprintsOf(r.Context(), slug); err != nil {
		return err
	}
	if v.Media, err = s.store.CaptureMedia(r.Context(), slug); err != nil {
		return err
	}
	list, err := s.store.Embargoes(r.Context(), []narrative.Slug{slug})
	if err != nil {
		return err
	}
	if len(list) > 0 {
		v.until = list[0].Until.UTC().Format("2006-01-02T15:04:05Z07:00")
		v.Embargo = warnings(list)
	}
	return s.render(w, r, status, capturesPage(v))
}

// showNewText shows the ways in which a new text of an article can come in.
func (s *Server) showNewText(w http.ResponseWriter, r *http.Request) error {
	a, err := s.articleIn(r)
	if err != nil {
		return err
	}
	return s.drawNewArticle(w, r, http.StatusOK, a, fieldSet{Values: map[string][]string{"address": {a.URL}}})
}

// receiveText takes a new text of an article in.
func (s *Server) receiveText(w http.ResponseWriter, r *http.Request) error {
	a, err := s.articleIn(r)
	if err != nil {
		return err
	}
	return s.receive(w, r, a)
}

// articleIn returns the article in the address, without its passages.
func (s *Server) articleIn(r *http.Request) (narrative.Article, error) {
	slug, err := slugOf(r)
	if err != nil {
		return narrative.Article{}, err
	}
	n, err := s.store.Noun(r.Context(), store.NounKey{Kind: narrative.KindArticle, Key: string(slug)})
	if err != nil {
		return narrative.Article{}, moved(err, func(to string) string { return capturesPath(narrative.Slug(to)) })
	}
	return n.Doc.(narrative.Article), nil
}

// addArchiveCopy notes where an outside archive keeps a copy of a capture.
func (s *Server) addArchiveCopy(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	capture, err := strconv.ParseInt(r.PostForm.Get("capture"), 10, 64)
	if err != nil {
		return badField("capture")
	}
	f := fieldSet{Values: r.PostForm}
	c := archiveCopy(&f, "")
	if c.Address == "" {
		f.Problems = append(f.Problems, narrative.Problem{Path: "address", Message: "missing; expected the address of the copy"})
	}
	if len(f.Problems) == 0 {
		err := s.store.AddArchiveCopy(r.Context(), slug, capture, c, accountOf(r).Name)
		if !errors.Is(err, store.ErrInvalid) {
			return s.settled(w, r, err, capturesPath(slug), "saved")
		}
		f.Problems = append(f.Problems, narrative.Problem{Path: "address", Message: "is no address of the web; expected one that begins with https:// or http://"})
	}
	return s.drawCaptures(w, r, http.StatusUnprocessableEntity, capturesDraft{f, ofArchive, capture})
}
