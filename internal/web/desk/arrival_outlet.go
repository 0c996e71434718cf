package desk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"counterclaim/internal/intake"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// chooseOutlet is what the button of an offered outlet asks for, followed by the outlet's slug.
const chooseOutlet = "outlet:"

// mostOutletOffers is how many outlets are offered: a text that names more is about outlets.
const mostOutletOffers = 4

// An outletOffer is an outlet of which something that came in may be, and what speaks for it.
type outletOffer struct {
	Slug  narrative.Slug
	Name  string
	Why   string
	Words string // in which its name stands, as they came in
}

// presetOutlet is the outlet of something that came in and how that is known, as far as it can be said without a guess: the one that
// the editor has chosen, of which he has yet to say how he knows; the one that a page names as its own; the one that has all
// other articles of the same site.
func (s *Server) presetOutlet(ctx context.Context, d intake.Draft, chosen narrative.Slug) (narrative.Slug, narrative.Identification, error) {
	if chosen != "" {
		return chosen, narrative.Identification{}, nil
	}
	if name := line(d.Outlet); name != "" {
		slug, err := s.store.OutletNamed(ctx, name)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return "", narrative.Identification{}, err
		}
		return slug, narrative.Identification{Basis: narrative.Given}, nil
	}
	u, err := url.Parse(d.URL)
	if err != nil || u.Hostname() == "" {
		return "", narrative.Identification{}, nil
	}
	slug, err := s.store.OutletAt(ctx, u.Host)
	if errors.Is(err, store.ErrNotFound) {
		return "", narrative.Identification{}, nil
	}
	return slug, narrative.Identification{Basis: narrative.Inferred, Reason: line("all other articles of " + u.Host + " are of this outlet")}, err
}

// outletOffers finds the outlets that are to be offered for something that waits and has none: the one whose name was typed as a
// new one's, and those whose names stand in its text, in what was cut and at its ends first.
func (s *Server) outletOffers(r *http.Request, a store.Arrival, f fieldSet) ([]outletOffer, error) {
	if a.State != store.ArrivalWaiting || a.Article != "" || f.value("outlet") != "" {
		return nil, nil
	}
	all, err := s.store.OutletNames(r.Context())
	if err != nil {
		return nil, err
	}
	var list []outletOffer
	if name := line(f.value("new_outlet")); name != "" {
		slug, err := s.store.OutletNamed(r.Context(), name)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		if i := slices.IndexFunc(all, func(o store.OutletName) bool { return o.Slug == slug }); i >= 0 {
			list = append(list, outletOffer{slug, all[i].Name, "An outlet of this name is in the list:", name})
		}
	}
	for _, p := range outerFirst(a.Draft.Pieces) {
		for _, o := range all {
			known := slices.ContainsFunc(list, func(l outletOffer) bool { return l.Slug == o.Slug })
			if len(list) < mostOutletOffers && !known && slices.ContainsFunc(append([]string{o.Name}, o.Forms...), func(n string) bool { return standsIn(p.Text, n) }) {
				list = append(list, outletOffer{o.Slug, o.Name, "Its name stands in the text:", shortened(p.Text)})
			}
		}
	}
	return list, nil
}

// outerFirst are the pieces in the order in which they are likely to name the outlet: what was cut, the first and the last, the rest.
func outerFirst(pieces []store.Piece) []store.Piece {
	rank := func(i int) int {
		switch {
		case !pieces[i].Kept:
			return 0
		case i < 3 || i >= len(pieces)-2:
			return 1
		}
		return 2
	}
	var list []store.Piece
	for want := range 3 {
		for i, p := range pieces {
			if rank(i) == want {
				list = append(list, p)
			}
		}
	}
	return list
}

// standsIn reports whether a name stands in a text as whole words, in its own capitals.
func standsIn(text, name string) bool {
	for at := 0; name != ""; {
		i := strings.Index(text[at:], name)
		if i < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(text[:at+i])
		after, _ := utf8.DecodeRuneInString(text[at+i+len(name):])
		if !unicode.IsLetter(before) && !unicode.IsDigit(before) && !unicode.IsLetter(after) && !unicode.IsDigit(after) {
			return true
		}
		at += i + len(name)
	}
	return false
}

// shortened is the beginning of a paragraph, for a page on which it stands whole elsewhere.
func shortened(s string) string {
	const most = 90
	if runes := []rune(s); len(runes) > most {
		return strings.TrimSpace(string(runes[:most])) + "…"
	}
	return s
}
