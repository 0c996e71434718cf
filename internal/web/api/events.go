package api

import (
	"context"
	"net/http"
	"net/url"

	"counterclaim/internal/edition"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// An Event is an occasion on which something was said or happened.
type Event struct {
	Noun
	Fiction      bool      `json:"fiction" doc:"It is invented, for practice: so are all contested facts on which it stands." example:"true"`
	Kind         string    `json:"kind" doc:"What kind of occasion it was." example:"call"`
	Date         Date      `json:"date" doc:"When it was."`
	Place        string    `json:"place,omitempty" doc:"The slug of the place where it was." example:"long-bridge"`
	Participants []Noun    `json:"participants" doc:"Who took part."`
	Accounts     []Account `json:"accounts" doc:"The accounts of it that can be expected, and which are held."`
	Note         string    `json:"note,omitempty" doc:"What the editors say of it." example:"By telephone."`
	Claims       int       `json:"claims" minimum:"0" doc:"How many claims were made on it." example:"2"`
}

// An Account is one party's own telling of an occasion.
type Account struct {
	Of      Noun   `json:"of" doc:"Whose account it is."`
	State   string `json:"state" doc:"Whether it is held." example:"held"`
	Article *Noun  `json:"article,omitempty" doc:"The article that it is; absent where none is held."`
	Text    string `json:"text" doc:"The same in words." example:"The harbour master: held"`
}

func (a *API) event(d store.Document[edition.Event]) Event {
	e := Event{
		Noun: a.noun(d.Doc.Slug, d.Doc.Title, ui.EventPath), Fiction: d.Fiction, Kind: d.Doc.Kind, Date: date(d.Doc.Date), Place: d.Doc.Place,
		Participants: []Noun{}, Accounts: []Account{}, Note: d.Doc.Note, Claims: d.Count,
	}
	for _, p := range d.Doc.Participants {
		e.Participants = append(e.Participants, a.noun(p, "", ui.SourcePath))
	}
	for _, x := range d.Doc.Accounts {
		e.Accounts = append(e.Accounts, Account{a.noun(x.Of, "", ui.SourcePath), x.State, a.nounOf(x.Article, "", ui.ArticlePath), x.Text.String()})
	}
	return e
}

type eventPath struct {
	Slug string `path:"slug" maxLength:"80" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$" doc:"The occasion's name in addresses." example:"call-march"`
}

func registerEvents(a *API) {
	describe[Event](a, "An occasion: when and where something was said or happened.")
	describe[Account](a, "One side's own telling of an occasion, held or not.")
	list(a, reading("list-events", "Occasions", "/v1/events", "All occasions", "The occasions of published claims, the newest first, those of no known day last."),
		func(ctx context.Context, in *Paging) ([]Event, string, error) {
			l, err := a.store.EventDocuments(ctx, in.After, in.Limit)
			return each(l.Rows, a.event), l.More, err
		},
		func(in *Paging) (string, url.Values) { return ui.APIOf(ui.EventsPath), in.query() })
	get(a, reading("read-event", "Occasions", "/v1/events/{slug}", "One occasion", "An occasion by its slug, today's or one of the past.",
		http.StatusMovedPermanently, http.StatusNotFound),
		func(ctx context.Context, in *eventPath) (Event, error) {
			d, err := a.store.EventDocument(ctx, in.Slug)
			return a.event(d), a.movedBy(err, apiPath(ui.EventPath))
		})
}
