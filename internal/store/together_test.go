package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// number returns the number that a query gives.
func number(t *testing.T, pool *pgxpool.Pool, sql string) int {
	t.Helper()
	var n int
	if err := pool.QueryRow(t.Context(), sql).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAssignments(t *testing.T) {
	t.Parallel()
	db, s := withAccount(t)
	ctx := t.Context()
	save(t, s, narrativetest.Bridge())
	fact := store.NounKey{Kind: narrative.KindFact, Key: "bridge-open"}
	claim := store.NounKey{Kind: narrative.KindClaim, Key: narrativetest.Open}
	for _, key := range append([]store.NounKey{fact, claim}, sampleNouns...) {
		if err := s.Assign(ctx, store.Assignment{NounKey: key, Account: "ada", Note: "look", Due: "2024-05-01", By: "bob"}); err != nil {
			t.Errorf("%v: %v", key, err)
		}
	}
	a, err := s.Assignment(ctx, fact)
	if err != nil || a.Account != "ada" || a.Note != "look" || a.Due != "2024-05-01" || a.By != "bob" || time.Since(a.At) > time.Hour {
		t.Errorf("assignment %+v (%v)", a, err)
	}
	if err := s.Assign(ctx, store.Assignment{NounKey: claim, By: "bob"}); err != nil {
		t.Fatal(err)
	}
	if a, err := s.Assignment(ctx, claim); err != nil || a.Account != "" || a.NounKey != claim {
		t.Errorf("assigned to nobody: %+v (%v)", a, err)
	}
	for want, bad := range map[error]store.Assignment{
		store.ErrNotFound: {NounKey: store.NounKey{Kind: narrative.KindFact, Key: "nowhere"}, Account: "ada", By: "b"},
		store.ErrInvalid:  {NounKey: fact, Account: "ada", Due: "0000-01-01", By: "b"},
		store.ErrBadText:  {NounKey: fact, Account: "ada", Note: "a\x00", By: "b"},
	} {
		if err := s.Assign(ctx, bad); !errors.Is(err, want) {
			t.Errorf("%+v: %v, want %v", bad, err, want)
		}
	}
	for _, key := range []store.NounKey{{Kind: "arrow", Key: "x"}, fact} {
		if err := s.Assign(ctx, store.Assignment{NounKey: key, Account: "nobody", By: "b"}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%v to nobody that there is: %v", key, err)
		}
	}
	n := noun(t, s, fact.Kind, fact.Key)
	f := n.Doc.(narrative.Fact)
	f.Slug, f.Key = "bridge-shut", "bridge-open"
	if _, err := s.Save(ctx, store.Edit{Doc: f, Was: n.Key, Version: n.Version, Actor: "a"}); err != nil {
		t.Fatal(err)
	}
	if a, err := s.Assignment(ctx, store.NounKey{Kind: narrative.KindFact, Key: "bridge-shut"}); err != nil || a.Account != "ada" {
		t.Errorf("the assignment of a fact with a new slug: %+v (%v)", a, err)
	}
	if moved, ok := errors.AsType[*store.Moved](s.Assign(ctx, store.Assignment{NounKey: fact, Account: "ada", By: "b"})); !ok || moved.To != "bridge-shut" {
		t.Errorf("under the old slug: %v", moved)
	}
	if left := number(t, storetest.Pool(t, db.URL), `SELECT count(*) FROM assignments WHERE key = 'bridge-open'`); left != 0 {
		t.Errorf("%d assignments under the old slug", left)
	}
	if names, err := s.Assignees(ctx); err != nil || strings.Join(names, " ") != "ada bob" {
		t.Errorf("assignees %q (%v)", names, err)
	}
}

// TestWatches checks what counts as a change of what is watched, and since when.
func TestWatches(t *testing.T) {
	t.Parallel()
	db, s := withAccount(t)
	ctx := t.Context()
	super := storetest.Pool(t, db.URL)
	save(t, s, narrativetest.Bridge())
	fact := store.NounKey{Kind: narrative.KindFact, Key: "bridge-open"}
	mayor := store.NounKey{Kind: narrative.KindSource, Key: "mayor"}
	desk := store.NounKey{Kind: store.KindDesk}
	for _, key := range []store.NounKey{fact, mayor, desk, fact} {
		if err := s.Watch(ctx, "ada", key); err != nil {
			t.Fatal(err)
		}
	}
	exec(t, super, `UPDATE watches SET looked_at = '2024-03-01Z'`)
	exec(t, super, `INSERT INTO audit_log (at, actor, kind, key, action) VALUES
		('2024-02-28Z', 'bob', 'fact', 'bridge-open', 'change'),
		('2024-03-02Z', 'ada', 'fact', 'bridge-open', 'change'),
		('2024-03-02Z', 'bob', 'fact', 'bridge-open', 'change'),
		('2024-03-03Z', 'bob', 'claim', '`+narrativetest.Closed+`', 'change'),
		('2024-03-04Z', 'bob', 'source', 'mayor', 'change'),
		('2024-03-05Z', 'bob', 'place', 'bridge', 'change')`)
	changes := func() string {
		in, err := s.Inbox(ctx, "ada")
		if err != nil {
			t.Fatal(err)
		}
		var list []string
		for _, w := range in.Watches {
			list = append(list, fmt.Sprintf("%s %q %d", w.Kind, w.Title, w.Changes))
		}
		return strings.Join(list, ", ")
	}
	// The desk's are with those of the two accounts.
	if got, want := changes(), `desk "" 6, source "the mayor" 2, fact "Was the mill bridge open?" 2`; got != want {
		t.Errorf("changes %s, want %s", got, want)
	}
	since, err := s.ChangesSince(ctx, "ada", fact)
	if err != nil || len(since) != 2 || since[0].Kind != narrative.KindClaim || since[1].Actor != "bob" {
		t.Errorf("since %+v (%v)", since, err)
	}
	// What has come after the moment up to which somebody has seen it stays new.
	if err := s.Look(ctx, "ada", fact, since[1].At); err != nil {
		t.Fatal(err)
	}
	if since, err = s.ChangesSince(ctx, "ada", fact); err != nil || len(since) != 1 {
		t.Errorf("since %+v (%v)", since, err)
	}
	for _, at := range []time.Time{since[0].At.AddDate(0, 0, -9), time.Now().AddDate(1, 0, 0)} {
		if err := s.Look(ctx, "ada", fact, at); err != nil {
			t.Fatal(err)
		}
	}
	if since, err = s.ChangesSince(ctx, "ada", fact); err != nil || len(since) != 1 {
		t.Errorf("a look of no sense counts: %+v (%v)", since, err)
	}
	if err := s.Look(ctx, "ada", desk, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if got, want := changes(), `source "the mayor" 2, fact "Was the mill bridge open?" 1, desk "" 0`; got != want {
		t.Errorf("changes %s, want %s", got, want)
	}
	if err := s.Unwatch(ctx, "ada", mayor); err != nil {
		t.Fatal(err)
	}
	if _, watched, err := s.Looked(ctx, "ada", mayor); err != nil || watched {
		t.Errorf("watched still (%v)", err)
	}
	if since, err := s.ChangesSince(ctx, "bob", fact); err != nil || len(since) != 0 {
		t.Errorf("what bob does not watch: %+v (%v)", since, err)
	}
	for key, want := range map[store.NounKey]error{
		{Kind: narrative.KindFact, Key: "nowhere"}: store.ErrNotFound, {Kind: narrative.KindPlace, Key: "bridge"}: store.ErrInvalid,
		{Kind: narrative.KindSource, Key: "courier"}: store.ErrNotFound, {Kind: "x\x00"}: store.ErrInvalid,
	} {
		if err := s.Watch(ctx, "ada", key); !errors.Is(err, want) {
			t.Errorf("%v: %v, want %v", key, err, want)
		}
	}
	exec(t, super, `INSERT INTO watches (account, kind, key) SELECT 'bob', 'fact', 'f' || n FROM generate_series(1, 50) AS n`)
	if err := s.Watch(ctx, "bob", fact); !errors.Is(err, store.ErrTooMany) {
		t.Errorf("one too many: %v", err)
	}
}

// TestInbox checks each queue on a desk where something waits in all of them.
func TestInbox(t *testing.T) {
	t.Parallel()
	db, s := withAccount(t)
	ctx := t.Context()
	super := storetest.Pool(t, db.URL)
	c := narrativetest.Bridge()
	second := c.Facts[0]
	second.Slug, second.Aspects, second.Periods, second.Points, second.Gaps = "toll", nil, nil, nil, nil
	second.Requests = []narrative.Request{
		{To: "council", Question: "How many carts?", Asked: "2024-03-07T10:00Z", By: "e-mail", Deadline: "2024-03-08T10:00Z", State: narrative.RequestOpen},
		{To: "mayor", Question: "How many carts?", Asked: "2024-03-07T10:00Z", By: "e-mail", Deadline: "9024-03-08T10:00Z", State: narrative.RequestOpen},
		{To: "mayor", Question: "How many carts?", Asked: "2024-03-07T10:00Z", By: "e-mail", Deadline: "2024-03-08T10:00Z", State: narrative.RequestNone, Settled: "2024-03-08T10:01Z"},
	}
	c.Facts = append(c.Facts, second)
	c.Articles[0].Blocks[0].Claims[0].Stances = append(c.Articles[0].Blocks[0].Claims[0].Stances, narrative.Stance{Fact: "toll", Position: "closed", Mode: narrative.Asserted})
	save(t, s, c)
	publish(t, s, "first words")
	parts := func() map[store.Queue]store.InboxPart {
		t.Helper()
		in, err := s.Inbox(ctx, "ada")
		if err != nil {
			t.Fatal(err)
		}
		m := map[store.Queue]store.InboxPart{}
		for _, p := range in.Parts {
			m[p.Queue] = p
		}
		return m
	}
	if in := parts(); len(in) != 3 || in[store.QueueOneSided].Items[0].Key != "toll" || in[store.QueueUnread].Items[0].Fact != "toll" ||
		in[store.QueueOverdue].Count != 1 || !strings.Contains(in[store.QueueOverdue].Items[0].Note, "council") {
		t.Errorf("at first %+v", in)
	}
	other := c.Articles[0]
	other.Blocks = []narrative.Block{other.Blocks[0], {Text: "The envoy said nothing."}}
	capture(t, s, other, strings.Repeat("Many more words. ", 40), "")
	mayor := noun(t, s, narrative.KindSource, "mayor")
	doc := mayor.Doc.(narrative.Source)
	doc.Note = "since 2020"
	if _, err := s.Save(ctx, store.Edit{Doc: doc, Was: "mayor", Version: mayor.Version, Actor: "bob"}); err != nil {
		t.Fatal(err)
	}
	if err := s.Assign(ctx, store.Assignment{NounKey: store.NounKey{Kind: narrative.KindPlace, Key: "bridge"}, Account: "ada", Note: "its names", Due: "2024-05-01", By: "bob"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SaveComplaint(ctx, store.Complaint{ReceivedAt: time.Now(), About: "/facts/toll", Words: "No."}, "ada"); err != nil {
		t.Fatal(err)
	}
	if err := s.KeepDraft(ctx, "ada", store.Draft{Form: "/desk/facts/toll"}); err != nil {
		t.Fatal(err)
	}
	exec(t, super, `
		UPDATE claims SET preset = '{voice,basis}' WHERE code = '`+narrativetest.Own+`';
		DELETE FROM stances WHERE claim = '`+narrativetest.Worried+`';
		INSERT INTO arrivals (state, title, received_by) VALUES ('listed', 'Fresh news', 'bob')`)
	in := parts()
	for queue, want := range map[store.Queue]string{
		store.QueueMine:       "1 place bridge the mill bridge: due 1 May 2024, its names",
		store.QueueUnsorted:   "1 claim " + narrativetest.Worried + " The envoy is concerned, “deeply”.: Quarrel over a bridge",
		store.QueuePreset:     "1 claim " + narrativetest.Own + " at least 40 carts wait: voice, basis",
		store.QueueWaiting:    "2 fact bridge-open Was the mill bridge open?: since edition 1",
		store.QueueAdrift:     "1 claim " + narrativetest.Worried + " The envoy is concerned, “deeply”.: orphaned",
		store.QueueOneSided:   "1 fact toll Was the mill bridge open?: only Upper Town",
		store.QueueUnread:     "1 article bridge-closed Quarrel over a bridge: Was the mill bridge open?",
		store.QueueOverdue:    "1 fact toll Was the mill bridge open?: Lower Town council, asked for 2024-03-08T10:00Z",
		store.QueueComplaints: "1 complaint 1 /facts/toll: ",
		store.QueueArrivals:   "1 arrival 1 Fresh news: from a feed",
	} {
		p := in[queue]
		if len(p.Items) == 0 {
			t.Errorf("%s is empty", queue)
			continue
		}
		i := p.Items[0]
		if got := fmt.Sprintf("%d %s %s %s: %s", p.Count, i.Kind, i.Key, i.Title, i.Note); got != want {
			t.Errorf("%s: %s, want %s", queue, got, want)
		}
	}
	ctx, counter := store.CountQueries(ctx)
	whole, err := s.Inbox(ctx, "ada")
	if err != nil || whole.Drafts != 1 || counter.Queries() != 19 { // sent together
		t.Errorf("%d drafts by %d queries (%v)", whole.Drafts, counter.Queries(), err)
	}
	publish(t, s, "second words")
	if p := parts()[store.QueueWaiting]; p.Count != 0 {
		t.Errorf("after publishing there waits %+v", p)
	}
}

// TestInboxQueue pages through a queue that is longer than a page.
func TestInboxQueue(t *testing.T) {
	t.Parallel()
	db, s := withAccount(t)
	save(t, s, narrativetest.Bridge())
	exec(t, storetest.Pool(t, db.URL), `INSERT INTO complaints (received_at, about, words) SELECT now(), '/facts/f' || n, 'x' FROM generate_series(1, 1200) AS n`)
	for page, want := range map[int]int{0: 100, 9: 100} {
		p, err := s.InboxQueue(t.Context(), "ada", store.QueueComplaints, page)
		if err != nil || len(p.Items) != want || p.Count != 1000 {
			t.Errorf("page %d: %d of %d (%v)", page, len(p.Items), p.Count, err)
		}
	}
	for _, bad := range []struct {
		queue store.Queue
		page  int
	}{{store.QueueComplaints, -1}, {store.QueueComplaints, 10}, {"x", 0}, {"a\x00", 0}} {
		if _, err := s.InboxQueue(t.Context(), "ada", bad.queue, bad.page); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

// TestRequests lists requests for comment by pages, and takes one of each state through the tables.
func TestRequests(t *testing.T) {
	t.Parallel()
	c := narrativetest.Bridge()
	c.Facts[0].Requests = []narrative.Request{
		{To: "council", Question: "Who closed [[bridge]]?", Event: "talks", Asked: "2024-03-07T10:00+02:00", By: "e-mail", Deadline: "2024-03-08T10:00Z",
			State: narrative.RequestAnswered, Settled: "2024-03-07T12:00Z", Article: "bridge-closed", Claim: narrativetest.Open, Note: "by hand"},
		{To: "mayor", Question: "Who closed [[bridge]]?", Asked: "2024-03-07T10:00Z", By: "letter", State: narrative.RequestDeclined},
	}
	for range 150 {
		c.Facts[0].Requests = append(c.Facts[0].Requests, narrative.Request{To: "envoy", Question: "Why?", Asked: "2024-03-07T10:00Z", By: "letter", State: narrative.RequestOpen})
	}
	s := stored(t, c)
	back := noun(t, s, narrative.KindFact, "bridge-open").Doc.(narrative.Fact)
	if diff := cmp.Diff(c.Facts[0].Requests, back.Requests); diff != "" {
		t.Errorf("requests (-saved +read):\n%s", diff)
	}
	first, err := s.Requests(t.Context(), false, "")
	if err != nil || len(first.Requests) != 100 || first.More == "" || first.Requests[0].Name != "Lower Town council" {
		t.Fatalf("%d requests, more %q (%v)", len(first.Requests), first.More, err)
	}
	rest, err := s.Requests(t.Context(), false, first.More)
	if err != nil || len(rest.Requests) != 52 || rest.More != "" || rest.Requests[0].Ordinal != 101 {
		t.Errorf("%d requests, more %q (%v)", len(rest.Requests), rest.More, err)
	}
	if open, err := s.Requests(t.Context(), true, ""); err != nil || open.Requests[0].State != narrative.RequestOpen || open.Requests[0].Overdue {
		t.Errorf("open ones %+v (%v)", open.Requests[0], err)
	}
	for _, bad := range []string{"x", "~", "bridge-open~x", "BRIDGE~1", "a\x00~1", "bridge-open~99999999999"} {
		if _, err := s.Requests(t.Context(), false, bad); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("cursor %q: %v", bad, err)
		}
	}
	publish(t, s, "first words")
	e, err := s.Edition(t.Context(), "bridge-open", 1)
	if err != nil || !strings.Contains(string(e.Body), " was asked for comment on 7 March 2024, 10:00 UTC+02:00, by e-mail") || strings.Contains(string(e.Body), "by hand") {
		t.Errorf("the edition does not tell of the request, or tells the desk's note (%v)", err)
	}
	verified(t, s)
}
