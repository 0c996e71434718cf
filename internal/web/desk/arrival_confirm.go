package desk

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"counterclaim/internal/intake"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/form"
)

// What an editor says of an article that is there already and has words in common with what came in: the value is one of
// these, followed by the article's slug.
const (
	sameArticle = "same:"    // it brings nothing new
	newCapture  = "capture:" // it is a newer text of it
	isReprint   = "reprint:" // it prints that one again
	isOrigin    = "origin:"  // that one prints it again
	different   = "different"
)

// confirm makes an article, or a capture of one, of an arrival whose draft was saved.
func (s *Server) confirm(w http.ResponseWriter, r *http.Request, a store.Arrival) error {
	fields := url.Values(a.Draft.Fields)
	f := fieldSet{Values: fields}
	c := store.Confirmation{Arrival: a.ID, Version: a.Version, Actor: accountOf(r).Name, Why: line(fields.Get("why"))}
	var err error
	if c.Text, c.Marks, err = textOf(a.Draft.Pieces); err != nil || c.Text.Len() == 0 {
		f.Problems = append(f.Problems, narrative.Problem{Path: "pieces", Message: "nothing is left of the text; take a paragraph back in"})
	} else {
		c.Prints = intake.Shingles(c.Text.String()).Prints
	}
	c.Archive = archiveCopy(&f, "archive.")
	if a.Article != "" {
		if len(f.Problems) > 0 {
			return s.drawArrival(w, r, http.StatusUnprocessableEntity, a, f)
		}
		c.Article.Slug = a.Article
		_, err := s.store.Recapture(r.Context(), c)
		return s.confirmed(w, r, a, f, err, reanchorArticlePath(a.Article), "captured")
	}
	problems := form.Read(fields, &c.Article)
	f.Problems = append(f.Problems, problems...)
	s.takeOutlet(&c, &f)
	if c.Article.Slug == "" {
		c.Article.Slug = proposedSlug(c.Article, fields.Get("new_outlet"))
	}
	done, err := s.takeChoice(r, a, &c, &f)
	if _, ok := errors.AsType[*store.Throttled](err); ok {
		return s.drawArrival(w, r, http.StatusTooManyRequests, a, f) // which says so; the draft is saved
	}
	if err != nil || done != nil {
		if err != nil {
			return err
		}
		return s.settled(w, r, done.err, done.to, done.key)
	}
	if len(f.Problems) > 0 {
		return s.drawArrival(w, r, http.StatusUnprocessableEntity, a, f)
	}
	slug, err := s.store.Confirm(r.Context(), c)
	return s.confirmed(w, r, a, f, err, tagPath(slug), "created")
}

// confirmed leads on after a confirmation, or draws the form again with what was wrong.
func (s *Server) confirmed(w http.ResponseWriter, r *http.Request, a store.Arrival, f fieldSet, err error, to, done string) error {
	if unsound, ok := errors.AsType[*store.Unsound](err); ok {
		for _, p := range unsound.Problems {
			if p.Kind == narrative.KindOutlet {
				p.Path = "new_outlet"
			}
			if p.Path == "identified" {
				p.Path = "identified.basis" // the first field of it
			}
			if strings.HasPrefix(p.Path, "reprint_of") {
				p.Path = "same"
			}
			f.Problems = append(f.Problems, p)
		}
		return s.drawArrival(w, r, http.StatusUnprocessableEntity, a, f)
	}
	return s.settled(w, r, err, to, done)
}

// archiveCopy reads the address of a copy in an archive, "" for none. What is wrong goes to the fields.
func archiveCopy(f *fieldSet, prefix string) store.ArchiveCopy {
	c := store.ArchiveCopy{Address: line(f.value(prefix + "address"))}
	if c.Address == "" {
		return c
	}
	if u, err := url.Parse(c.Address); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.ContainsAny(c.Address, " \\") {
		f.Problems = append(f.Problems, narrative.Problem{Path: prefix + "address", Message: "is no address of the web; expected one that begins with https:// or http://"})
	}
	day := line(f.value(prefix + "day"))
	if day == "" {
		return c
	}
	var err error
	if c.On, err = narrative.ParseDay(day); err != nil {
		f.Problems = append(f.Problems, narrative.Problem{Path: prefix + "day", Message: "is no day; expected one such as 2023-01-24"})
	}
	return c
}

// takeOutlet makes a new outlet where none was chosen.
func (s *Server) takeOutlet(c *store.Confirmation, f *fieldSet) {
	name := line(f.value("new_outlet"))
	if c.Article.Outlet != "" || name == "" {
		return
	}
	c.Outlet = &narrative.Outlet{Slug: slugFrom(name, "outlet"), Name: name}
	c.Article.Outlet = c.Outlet.Slug
}

// proposedSlug is a slug made of the outlet, the headline and the day.
func proposedSlug(a narrative.Article, outlet string) narrative.Slug {
	return slugFrom(cmp.Or(string(a.Outlet), outlet)+" "+a.Headline, "article")
}

// A doneWith is what a choice among articles alike has led to.
type doneWith struct {
	to, key string
	err     error
}

// takeChoice does what an editor has said of articles that are alike. It returns nil if the arrival is to become an article
// of its own.
func (s *Server) takeChoice(r *http.Request, a store.Arrival, c *store.Confirmation, f *fieldSet) (*doneWith, error) {
	alike, _, err := s.alike(r, a)
	if err != nil {
		return nil, err
	}
	value := f.value("same")
	for _, prefix := range []string{sameArticle, newCapture, isReprint, isOrigin} {
		slug, chosen := strings.CutPrefix(value, prefix)
		if !chosen {
			continue
		}
		i := slices.IndexFunc(alike, func(l likeView) bool { return string(l.Article) == slug })
		if i < 0 {
			f.Problems = append(f.Problems, narrative.Problem{Path: "same", Message: "the article that was chosen is not like this one any more; choose again"})
			return nil, nil
		}
		switch prefix {
		case sameArticle:
			return &doneWith{capturesPath(alike[i].Article), "dismissed", s.store.Dismiss(r.Context(), a.ID, alike[i].Article, accountOf(r).Name)}, nil
		case newCapture:
			return &doneWith{arrivalPath(a.ID), "saved", s.store.SaveDraft(r.Context(), a.ID, a.Version, alike[i].Article, "", a.Draft)}, nil
		case isReprint:
			c.Origin = alike[i].Article
			c.Article.Credit = cmp.Or(c.Article.Credit, alike[i].Outlet+": "+alike[i].Headline)
		case isOrigin:
			c.Reprint = alike[i].Article
		}
		if c.Basis = "words"; alike[i].Share < intake.Suggest {
			c.Basis = "editor"
		}
		return nil, nil
	}
	if value != different && slices.ContainsFunc(alike, func(l likeView) bool { return l.Certain() || l.Here }) {
		f.Problems = append(f.Problems, narrative.Problem{Path: "same", Message: "the desk has an article that is almost the same; say what this one is to it"})
	}
	return nil, nil
}
