package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"counterclaim/internal/intake"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

const subscriptionsPath = "/desk/subscriptions"

// How often feeds are asked for.
const (
	pollEvery = 15 * time.Minute // one feed, at most
	pollStep  = 30 * time.Second // between two looks whether one is due
)

// A subscriptionsView is the list of feeds.
type subscriptionsView struct {
	layout
	List     []store.Subscription
	Fields   fieldSet
	MayFetch bool
	MayEdit  bool
}

// listSubscriptions shows the feeds.
func (s *Server) listSubscriptions(w http.ResponseWriter, r *http.Request) error {
	return s.drawSubscriptions(w, r, http.StatusOK, fieldSet{})
}

func (s *Server) drawSubscriptions(w http.ResponseWriter, r *http.Request, status int, f fieldSet) error {
	list, err := s.store.Subscriptions(r.Context())
	if err != nil {
		return err
	}
	v := subscriptionsView{layout: s.layout(r, "Feeds"), List: list, Fields: f, MayFetch: s.client != nil, MayEdit: accountOf(r).Role.May(store.RoleEditor)}
	return s.render(w, r, status, subscriptionsPage(v))
}

// subscribe adds a feed.
func (s *Server) subscribe(w http.ResponseWriter, r *http.Request) error {
	f := fieldSet{Values: r.PostForm}
	fail := func(message string) error {
		f.Problems = []narrative.Problem{{Path: "address", Message: message}}
		return s.drawSubscriptions(w, r, http.StatusUnprocessableEntity, f)
	}
	address := line(f.value("address"))
	if u, err := url.Parse(address); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fail("is no address of the web; expected one that begins with https:// or http://")
	}
	if err := s.checkAddress(address); err != nil {
		return fail(sentenceOf(err))
	}
	_, err := s.store.Subscribe(r.Context(), address, accountOf(r).Name)
	switch {
	case errors.Is(err, store.ErrSubscribed), errors.Is(err, store.ErrSubscriptions):
		return fail(errors.Unwrap(err).Error())
	case errors.Is(err, store.ErrInvalid):
		return fail("is no address of the web; expected one that begins with https:// or http://")
	case err != nil:
		return err
	}
	return leadOn(subscriptionsPath, "created")
}

// checkAddress says whether the server would ask for an address at all; it asks nobody.
func (s *Server) checkAddress(address string) error {
	if s.client == nil { // as it would if fetching were on
		return intake.NewClient(intake.Options{}).Check(address)
	}
	return s.client.Check(address)
}

// subscriptionOf returns the number of the feed in the address. The error is a page that is not there.
func subscriptionOf(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, errNoPage
	}
	return id, nil
}

// unsubscribe removes a feed.
func (s *Server) unsubscribe(_ http.ResponseWriter, r *http.Request) error {
	id, err := subscriptionOf(r)
	if err != nil {
		return err
	}
	if err := s.store.Unsubscribe(r.Context(), id); err != nil {
		return err
	}
	return leadOn(subscriptionsPath, "deleted")
}

// checkSubscription asks for a feed now.
func (s *Server) checkSubscription(w http.ResponseWriter, r *http.Request) error {
	id, err := subscriptionOf(r)
	if err != nil {
		return err
	}
	if s.client == nil {
		f := fieldSet{Values: url.Values{}, Problems: []narrative.Problem{{Message: "Fetching is off on this server."}}}
		return s.drawSubscriptions(w, r, http.StatusConflict, f)
	}
	err = s.spend(w, r, store.CostFetch, "")
	if bad, ok := errors.AsType[*unfit](err); ok {
		f := fieldSet{Values: url.Values{}, Problems: []narrative.Problem{{Message: "No feed was checked: " + bad.message + "."}}}
		return s.drawSubscriptions(w, r, bad.status, f)
	}
	if err != nil {
		return err
	}
	u, err := s.store.DueSubscription(r.Context(), id, time.Time{})
	if err != nil {
		return err
	}
	if err := s.check(r.Context(), u); err != nil {
		return err
	}
	return leadOn(subscriptionsPath, "checked")
}

// Poll asks for each feed every fifteen minutes at most, one at a time, until ctx ends; without a way to fetch it does
// nothing. It returns when ctx has ended. What goes wrong is told on the page of the feeds and in the log.
func (s *Server) Poll(ctx context.Context) {
	if s.client == nil {
		return
	}
	for {
		u, err := s.store.DueSubscription(ctx, 0, s.now().Add(-pollEvery))
		if err == nil {
			err = s.check(ctx, u)
		}
		wait := time.Duration(0)
		if err != nil {
			if !errors.Is(err, store.ErrNotFound) && ctx.Err() == nil {
				s.log.WarnContext(ctx, "feeds cannot be checked", "error", err)
			}
			wait = pollStep
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// check asks for a feed and lists what is new in it. What the feed's server does wrong is no error; it is kept and shown.
func (s *Server) check(ctx context.Context, u store.Subscription) error {
	feed, err := s.fetchFeed(ctx, u.Address)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	fault := ""
	if err != nil {
		fault = line(sentenceOf(err))
		s.log.InfoContext(ctx, "a feed cannot be read", "subscription", u.ID, "error", err)
	}
	items := make([]store.Announced, len(feed.Items))
	for i, item := range feed.Items {
		items[i] = store.Announced{ID: item.ID, URL: item.URL, Title: line(item.Title), Summary: item.Summary, Published: item.Published}
	}
	added, err := s.store.List(ctx, u.ID, line(feed.Title), fault, items)
	if err == nil && added > 0 {
		s.log.InfoContext(ctx, "feed read", "subscription", u.ID, "new", added)
	}
	return err
}

func (s *Server) fetchFeed(ctx context.Context, address string) (intake.Feed, error) {
	received, err := s.client.Fetch(ctx, address)
	if err != nil {
		return intake.Feed{}, err
	}
	return intake.ReadFeed(received.Body, received.URL)
}

// fetchArrival brings in the text that a feed announces.
func (s *Server) fetchArrival(w http.ResponseWriter, r *http.Request) error {
	id, err := arrivalOf(r)
	if err != nil {
		return err
	}
	a, err := s.store.Arrival(r.Context(), id)
	if err != nil {
		return err
	}
	fail := func(status int, message string) error {
		f := fieldSet{Values: url.Values{}, Problems: []narrative.Problem{{Message: message}}}
		return s.drawNewArticle(w, r, status, narrative.Article{}, f)
	}
	if s.client == nil {
		return fail(http.StatusUnprocessableEntity, "Fetching is off on this server. Open the address, copy the text and paste it here.")
	}
	if a.State != store.ArrivalListed {
		return s.drawArrival(w, r, http.StatusConflict, a, fieldSet{Values: a.Draft.Fields})
	}
	draft, received, err := s.bringIn(w, r, a.URL)
	if bad, ok := errors.AsType[*unfit](err); ok {
		return fail(bad.status, fmt.Sprintf("%s could not be brought in: %s. Its text can be pasted here.", a.URL, bad.message))
	}
	if err != nil {
		return err
	}
	receipt, err := s.receipt(r, received, draft, url.Values{}, narrative.Outlet{})
	if err != nil {
		return err
	}
	return s.settled(w, r, s.store.Fill(r.Context(), id, receipt), arrivalPath(id), "received")
}

// bringIn fetches an address and reads what is there. What is wrong with it is an [*unfit].
func (s *Server) bringIn(w http.ResponseWriter, r *http.Request, address string) (intake.Draft, intake.Received, error) {
	if err := s.spend(w, r, store.CostFetch, "address"); err != nil {
		return intake.Draft{}, intake.Received{}, err
	}
	received, err := s.client.Fetch(r.Context(), address)
	if err != nil {
		return intake.Draft{}, intake.Received{}, unread(w, "address", err)
	}
	if err := s.spendReading(w, r, received, "address"); err != nil {
		return intake.Draft{}, intake.Received{}, err
	}
	draft, err := intake.Read(received, intake.Hints{})
	if err != nil {
		return intake.Draft{}, intake.Received{}, unread(w, "address", err)
	}
	return draft, received, nil
}

// feedTitle is what a feed is called on a page.
func feedTitle(u store.Subscription) string { return cmp.Or(u.Title, u.Address) }
