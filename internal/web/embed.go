package web

import (
	"errors"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"counterclaim/internal/edition"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// embedPolicy is the policy of what other sites may show in a frame: it can load our style sheet and mark and nothing
// else, and send nothing.
const embedPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors *; " +
	"require-trusted-types-for 'script'; trusted-types 'none'"

// whoLines are the titles that editions give to the lines of a position that say whose it is: its holders, and those who are
// never counted among them.
var whoLines = []string{"held by", "also", "by others’ account"}

// framed lets pages of other sites show what next answers in a frame.
func framed(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", embedPolicy)
		w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
		w.Header().Del("Cross-Origin-Opener-Policy")
		next(w, r)
	}
}

// embedView is a fact's card in a frame of another site's page. Its links lead out of the frame.
type embedView struct {
	embedFrame
	Question ui.Prose
	Aspect   ui.Prose // of the positions, where they do not answer the whole question
	Band     ui.Band
	Further  string // what the page has beside these positions
	Edition  string
	Fiction  string
	Ended    ui.Prose // that the fact was withdrawn or merged, with a link to where it goes on
	Changed  ui.Prose // that the fact has changed since this edition, with a link to what differs
	Page     ui.Link
	Verdict  string
}

// An embedFrame is what every page in a frame has.
type embedFrame struct {
	Title     string
	Sheet     string
	Icon      string
	Canonical string // address of the page that it stands for
	Home      ui.Link
}

func (s *Server) embedFrame(title, path string) (embedFrame, error) {
	sheet, err := s.assets.url("embed.css")
	return embedFrame{
		Title: title + " – " + siteName, Sheet: sheet, Icon: s.icon, Canonical: s.absolute(path), Home: ui.Link{Text: siteName, Href: ui.HomePath},
	}, err
}

// newEmbedView makes the card of an edition; path is the address of the page for which it stands.
func newEmbedView(frame embedFrame, path string, c edition.Content, e store.Edition) embedView {
	var l linker
	v := embedView{
		embedFrame: frame,
		Question:   withoutLinks(l.prose(c.Question)),
		Edition:    editionWords(e) + " · " + day(e.PublishedAt),
		Page:       ui.Link{Text: "Compare the claims", Href: path},
		Verdict:    noVerdict,
		Ended:      endWords(e.Fate),
	}
	if c.Dispute.Fiction {
		v.Fiction = allInvented
	}
	at := comparedBand(c)
	if at < 0 {
		return v
	}
	band := c.Bands[at]
	if band.Aspect != "" {
		v.Aspect = withoutLinks(l.prose(band.Question))
	}
	v.Further = furtherWords(c)
	for _, h := range band.Heads {
		head := ui.Head{Letter: h.Letter, Colour: h.Colour, Label: withoutLinks(l.prose(h.Label))}
		for _, line := range h.Lines {
			if slices.Contains(whoLines, line.Title) {
				head.Lines = append(head.Lines, ui.Titled{Title: line.Title, Text: withoutLinks(l.prose(line.Text))})
			}
		}
		v.Band.Heads = append(v.Band.Heads, head)
	}
	return v
}

// endWords say of a fact that it is on the lists no more, and where it goes on.
func endWords(f store.Fate) ui.Prose {
	switch f.Kind {
	case edition.Withdrawn:
		return ui.Plainly("This fact was withdrawn on " + day(f.On) + ": " + f.Reason)
	case edition.Merged:
		p := ui.Plainly("This fact was merged into another on " + day(f.On) + ": " + f.Reason + " ")
		return append(p, ui.Span{Text: "Where it goes on", Href: ui.FactPath(f.Into)})
	}
	return nil
}

// withoutLinks takes the links out of a text, since those of a frame would lead nowhere but in it.
func withoutLinks(p ui.Prose) ui.Prose {
	for i := range p {
		p[i].Href = ""
	}
	return p
}

// showEmbed shows the card of a fact's latest edition.
func (s *Server) showEmbed(w http.ResponseWriter, r *http.Request) error {
	return s.embed(w, r, func() (embedView, error) {
		slug, err := slugOf(r)
		if err != nil {
			return embedView{}, err
		}
		e, err := s.store.Edition(r.Context(), slug, 0)
		if err != nil {
			return embedView{}, moved(err, ui.EmbedPath)
		}
		return s.embedOf(ui.FactPath(e.Fact), e)
	})
}

// showEditionEmbed shows the card of one edition, and says if the fact has changed since.
func (s *Server) showEditionEmbed(w http.ResponseWriter, r *http.Request) error {
	return s.embed(w, r, func() (embedView, error) {
		slug, err := slugOf(r)
		if err != nil {
			return embedView{}, err
		}
		number, err := editionNumber(r.PathValue("number"))
		if err != nil {
			return embedView{}, err
		}
		p, err := s.store.Pair(r.Context(), slug, number, 0)
		if err != nil {
			return embedView{}, err
		}
		v, err := s.embedOf(ui.EditionPath(p.Before.Fact, p.Before.Number), p.Before)
		if err != nil {
			return embedView{}, err
		}
		v.Changed, err = changedSince(p)
		return v, err
	})
}

// changedSince says what has become of a fact since the earlier of two editions: in how many changes the later differs from
// it, or that it is gone. It is nothing where nothing differs.
func changedSince(p store.Pair) (ui.Prose, error) {
	switch {
	case p.After.Number == p.Before.Number:
		return nil, nil
	case gone(p.After) != nil:
		return ui.Plainly("The fact has changed since; its latest edition was taken down."), nil
	}
	before, err := edition.Read(p.Before.Body)
	if err != nil {
		return nil, err
	}
	after, err := edition.Read(p.After.Body)
	if err != nil {
		return nil, err
	}
	changes := edition.Compare(before, after).Count
	if changes == 0 {
		return nil, nil
	}
	return ui.Prose{{Text: "The fact has changed since: "}, {
		Text: counted(changes, "change", "changes"), Href: ui.ChangesPath(p.Before.Fact, p.Before.Number, p.After.Number),
	}}, nil
}

func (s *Server) embedOf(path string, e store.Edition) (embedView, error) {
	body, err := bodyOf(e)
	if err != nil {
		return embedView{}, err
	}
	frame, err := s.embedFrame(inventedTitle(body.Content.Title, body.Content.Dispute.Fiction), path)
	return newEmbedView(frame, path, body.Content, e), err
}

// embed shows a card, or says in the frame why there is none.
func (s *Server) embed(w http.ResponseWriter, r *http.Request, view func() (embedView, error)) error {
	v, err := view()
	var shown templ.Component
	status := http.StatusOK
	switch fault, ok := errors.AsType[*statusError](err); {
	case err == nil:
		shown = embedPage(v)
	case ok:
		status, shown, err = s.embedNotice(fault)
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrBadText):
		status, shown, err = s.embedNotice(errNoPage)
	}
	if err != nil {
		return err
	}
	w.WriteHeader(status)
	return s.render(w, r, shown)
}

// embedNotice says what is at fault.
func (s *Server) embedNotice(fault *statusError) (int, templ.Component, error) {
	frame, err := s.embedFrame(http.StatusText(fault.status), ui.HomePath)
	return fault.status, embedNotice(frame, fault.message), err
}
