package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// A Queue names a part of the inbox.
type Queue string

// The queues, in the order in which the inbox shows them.
const (
	QueueMine       Queue = "mine"       // assigned to the account
	QueueReview     Queue = "review"     // facts for which somebody asks for a second pair of eyes, of those who may sign off and have not written all of it
	QueueArrivals   Queue = "arrivals"   // came in and is not confirmed
	QueueUnsorted   Queue = "unsorted"   // claims without a fact
	QueuePreset     Queue = "preset"     // claims with what the program has preset
	QueueWaiting    Queue = "waiting"    // facts with changes that are not published
	QueueAdrift     Queue = "adrift"     // passages that do not stand in the latest text
	QueueOneSided   Queue = "one-sided"  // facts all of whose claims are of one party
	QueueUnread     Queue = "unread"     // articles that nobody has read for a fact of their dispute
	QueueUntagged   Queue = "untagged"   // articles with a full text and without a claim
	QueueSecond     Queue = "second"     // published facts of which readers are told that nobody else has looked
	QueueOverdue    Queue = "overdue"    // requests for comment whose deadline is over
	QueueComplaints Queue = "complaints" // open
	QueueProposals  Queue = "proposals"  // open; for editors and those above them
)

// KindArrival is the kind of what came in and is no article yet, under its number.
const KindArrival narrative.Kind = "arrival"

// An InboxItem is something that waits for somebody.
type InboxItem struct {
	NounKey
	Title string     // in plain words
	Note  string     // what else to know, as a day or a number
	At    *time.Time // since when, nil where that is not known

	Invented bool           // for practice, see [Store.Invented]
	Fact     narrative.Slug // for which an article of [QueueUnread] was not read; the note is its question
}

// An InboxPart is what waits in a queue.
type InboxPart struct {
	Queue Queue
	Count int         // at most 1000
	Items []InboxItem // the first of them
}

// An Inbox is what waits for somebody.
type Inbox struct {
	Parts   []InboxPart // every queue that holds something, with at most 10 items
	Watches []Watch     // what the account watches, at most 50
	Drafts  int         // of the account

	Proposals int // of the account, open and settled
}

// A queueSQL is the query of a queue: kind, key, title, note and moment of each item, in order. Its $1 is the account; each
// names it.
type queueSQL struct {
	queue Queue
	sql   string
}

// nounTitle is SQL for what a noun of the kind and key in two columns is called, "" where it is not there.
func nounTitle(kind, key string) string {
	var b strings.Builder
	b.WriteString(`coalesce(CASE ` + kind + ` WHEN 'claim' THEN (SELECT array_to_string(words, ' … ') FROM claims WHERE code = ` + key + `)`)
	for _, k := range slices.Sorted(maps.Keys(deskListings)) {
		fmt.Fprintf(&b, ` WHEN '%s' THEN (SELECT %s FROM %s WHERE slug = %s)`, k, deskListings[k].name, nounTables[k].table, key)
	}
	b.WriteString(` END, '')`)
	return b.String()
}

// edits are the actions of the log that change what an edition is compiled from.
const edits = `('create', 'change', 'rename', 'merge', 'retire', 'delete', 'restore')`

// queues are the inbox's queries. One that has no end is cut off where it is asked.
var queues = []queueSQL{
	{QueueMine, `
		SELECT mine.kind, mine.key, ` + nounTitle("mine.kind", "mine.key") + `,
			concat_ws(', ', 'due ' || ` + dayInWords("mine.due_on") + `, nullif(mine.note, '')), mine.assigned_at
		FROM assignments mine
		WHERE mine.account = $1
		ORDER BY mine.due_on NULLS LAST, mine.assigned_at, mine.kind, mine.key`},
	{QueueReview, `
		SELECT 'fact', f.slug, f.question, concat_ws(': ', 'asked for by ' || q.asked_by, nullif(q.note, '')), q.asked_at
		FROM review_requests q
		JOIN facts f ON f.slug = q.fact
		WHERE NOT f.retired AND EXISTS (SELECT FROM accounts WHERE name = $1 AND role IN ('reviewer', 'admin') AND NOT disabled)
			AND EXISTS (SELECT FROM unnest(q.authors) AS author WHERE author <> $1)
		ORDER BY q.asked_at, f.slug`},
	{QueueArrivals, `
		SELECT 'arrival', id::text, coalesce(nullif(title, ''), nullif(name, ''), nullif(url, ''), 'without a title'),
			CASE state WHEN 'listed' THEN 'from a feed' ELSE 'brought in by ' || received_by END, received_at
		FROM arrivals
		WHERE state IN ('waiting', 'listed') AND $1 <> ''
		ORDER BY state DESC, id DESC`},
	{QueueUnsorted, `
		SELECT 'claim', c.code, array_to_string(c.words, ' … '), (SELECT a.headline FROM articles a WHERE a.slug = c.article), NULL::timestamptz
		FROM claims c
		WHERE NOT EXISTS (SELECT FROM stances s WHERE s.claim = c.code) AND $1 <> ''
		ORDER BY c.article, c.ordinal`},
	{QueuePreset, `
		SELECT 'claim', c.code, array_to_string(c.words, ' … '), array_to_string(c.preset, ', '), NULL::timestamptz
		FROM claims c
		WHERE c.preset <> '{}' AND $1 <> ''
		ORDER BY c.article, c.ordinal`},
	{QueueWaiting, `
		SELECT 'fact', f.slug, f.question, CASE WHEN p.number IS NULL THEN 'not published yet' ELSE 'since edition ' || p.number END, changed.at
		FROM facts f
		LEFT JOIN published_facts p ON p.fact_id = f.id
		LEFT JOIN LATERAL (
			SELECT max(l.id) AS id
			FROM audit_log l
			WHERE l.kind = 'fact' AND l.action = 'publish'
				AND l.key IN (SELECT f.slug UNION SELECT n.name FROM names n WHERE n.kind = 'fact' AND n.target = f.slug)) AS told ON true
		CROSS JOIN LATERAL (
			SELECT max(l.at) AS at
			FROM (
				SELECT 'fact' AS kind, f.slug AS key
				UNION SELECT 'claim', s.claim FROM stances s WHERE s.fact = f.slug
				UNION SELECT 'article', c.article FROM stances s JOIN claims c ON c.code = s.claim WHERE s.fact = f.slug
				UNION SELECT 'article', p.origin FROM stances s JOIN claims c ON c.code = s.claim JOIN reprints p ON p.article = c.article WHERE s.fact = f.slug
				UNION SELECT x.kind, c.source FROM stances s JOIN claims c ON c.code = s.claim, (VALUES ('source'), ('outlet')) AS x (kind) WHERE s.fact = f.slug
				UNION SELECT x.kind, h.source FROM stances s JOIN hops h ON h.claim = s.claim, (VALUES ('source'), ('outlet')) AS x (kind) WHERE s.fact = f.slug
				UNION SELECT 'outlet', a.outlet FROM stances s JOIN claims c ON c.code = s.claim JOIN articles a ON a.slug = c.article WHERE s.fact = f.slug
				UNION SELECT 'event', c.event FROM stances s JOIN claims c ON c.code = s.claim WHERE s.fact = f.slug
				UNION SELECT 'record', b.record FROM bearings b WHERE b.fact = f.slug
				UNION SELECT 'dispute', f.dispute
			) AS part
			JOIN audit_log l ON l.kind = part.kind AND l.key = part.key AND l.action IN ` + edits + `
				AND CASE WHEN told.id IS NULL THEN l.at > coalesce(p.published_at, '-infinity') ELSE l.id > told.id END) AS changed
		WHERE NOT f.retired AND $1 <> ''
			AND (p.number IS NOT NULL OR NOT EXISTS (SELECT FROM editions e WHERE e.fact = f.id))
			AND (p.number IS NULL OR changed.at IS NOT NULL OR EXISTS (
				SELECT FROM published_claims c
				WHERE c.fact = f.slug AND NOT EXISTS (SELECT FROM stances s WHERE s.claim = c.code AND s.fact = f.slug)))
		ORDER BY changed.at DESC NULLS LAST, f.slug`},
	{QueueAdrift, `
		SELECT 'claim', x.claim, array_to_string(c.words, ' … '), x.outcome, k.captured_at
		FROM anchors x
		JOIN claims c ON c.code = x.claim
		JOIN captures k ON k.id = x.capture AND k.article = c.article
		WHERE x.outcome <> 'anchored' AND k.kind = 'full' AND $1 <> ''
			AND NOT EXISTS (SELECT FROM captures m WHERE m.article = k.article AND m.kind = 'full' AND m.id > k.id)
			AND NOT EXISTS (SELECT FROM anchors y WHERE y.claim = x.claim AND y.capture = x.capture AND y.id > x.id)
			AND NOT EXISTS (SELECT FROM kept_passages p WHERE p.claim = x.claim AND p.capture = x.capture)
		ORDER BY k.captured_at, x.claim`},
	{QueueOneSided, `
		SELECT 'fact', f.slug, f.question, 'only ' || max(p.name), NULL::timestamptz
		FROM stances s
		JOIN facts f ON f.slug = s.fact
		JOIN claims c ON c.code = s.claim
		JOIN sources o ON o.slug = c.source
		JOIN parties p ON p.slug = o.party
		WHERE NOT f.retired AND $1 <> ''
		GROUP BY f.slug, f.question
		HAVING count(DISTINCT o.party) = 1
		ORDER BY f.slug`},
	{QueueUnread, `
		SELECT 'article', a.article, x.headline, f.slug || ' ' || f.question, NULL::timestamptz
		FROM facts f
		JOIN (
			SELECT DISTINCT g.dispute, c.article
			FROM stances s
			JOIN facts g ON g.slug = s.fact
			JOIN claims c ON c.code = s.claim) AS a ON a.dispute = f.dispute
		JOIN articles x ON x.slug = a.article
		WHERE NOT f.retired AND NOT x.retired AND $1 <> '' AND NOT EXISTS (SELECT FROM readings r WHERE r.article = a.article AND r.fact = f.slug)
		ORDER BY x.published_earliest DESC NULLS LAST, a.article, f.slug`},
	{QueueUntagged, `
		SELECT 'article', a.slug, a.headline, o.name, k.at
		FROM articles a
		JOIN outlets o ON o.slug = a.outlet
		CROSS JOIN LATERAL (SELECT min(captured_at) AS at FROM captures WHERE article = a.slug AND kind = 'full') AS k
		WHERE NOT a.retired AND k.at IS NOT NULL AND $1 <> '' AND NOT EXISTS (SELECT FROM claims c WHERE c.article = a.slug)
			AND NOT EXISTS (SELECT FROM reprints r WHERE r.article = a.slug)
		ORDER BY k.at DESC, a.slug`},
	{QueueSecond, `
		SELECT 'fact', f.slug, f.question, e.review, p.published_at
		FROM published_facts p
		JOIN facts f ON f.id = p.fact_id
		JOIN published_editions e ON e.log_index = p.log_index
		WHERE e.review <> '' AND $1 <> '' AND EXISTS (
			SELECT FROM reviews w
			WHERE w.fact = f.slug AND w.waived AND NOT EXISTS (
				SELECT FROM reviews s WHERE s.fact = w.fact AND s.item = w.item AND NOT s.waived AND s.id > w.id))
		ORDER BY p.published_at, f.slug`},
	{QueueOverdue, `
		SELECT 'fact', q.fact, f.question, s.name || ', asked for ' || q.deadline, q.due_at
		FROM requests q
		JOIN facts f ON f.slug = q.fact
		JOIN sources s ON s.slug = q.source
		WHERE q.state = 'open' AND q.due_at < now() AND $1 <> ''
		ORDER BY q.due_at, q.fact, q.ordinal`},
	{QueueComplaints, `
		SELECT 'complaint', id::text, about, '', received_at
		FROM complaints
		WHERE outcome = '' AND $1 <> ''
		ORDER BY received_at, id`},
	{QueueProposals, `
		SELECT 'proposal', p.id::text, p.title, CASE p.key WHEN '' THEN 'new ' ELSE '' END || p.kind || ', by ' || p.proposed_by, p.proposed_at
		FROM proposals p
		WHERE p.outcome = '' AND EXISTS (SELECT FROM accounts a WHERE a.name = $1 AND a.role IN ('editor', 'reviewer', 'admin'))
		ORDER BY p.proposed_at, p.id`},
}

// Bounds of the inbox: how many items of a queue are counted, and how many its first page and its own pages show.
const (
	mostWaiting = 1000
	inboxFirst  = 10
)

// Inbox returns what waits for an account. It is one round trip, and one more each for places' names and for what was invented.
func (s *Store) Inbox(ctx context.Context, account string) (in Inbox, err error) {
	defer wrap(&err, "Inbox(%q)", account)

	var b pgx.Batch
	parts := make([]InboxPart, len(queues))
	for i, q := range queues {
		parts[i].Queue = q.queue
		b.Queue(q.page(), account, inboxFirst, 0).Query(func(rows pgx.Rows) error {
			parts[i].Items, parts[i].Count, err = collectItems(rows)
			return err
		})
	}
	b.Queue(watchesSQL, account).Query(func(rows pgx.Rows) (err error) {
		in.Watches, err = pgx.CollectRows(rows, scanWatch)
		return err
	})
	b.Queue(`SELECT count(*) FROM drafts WHERE account = $1 AND saved_at > now() - interval '`+draftAge+`'`, account).
		QueryRow(func(row pgx.Row) error { return row.Scan(&in.Drafts) })
	b.Queue(`SELECT count(*) FROM proposals WHERE proposed_by = $1`, account).QueryRow(func(row pgx.Row) error { return row.Scan(&in.Proposals) })
	if err := s.desk.SendBatch(ctx, &b).Close(); err != nil {
		return Inbox{}, err
	}
	in.Parts = slices.DeleteFunc(parts, func(p InboxPart) bool { return p.Count == 0 })
	var told []telling
	for i := range in.Parts {
		told = append(told, tellingsOf(in.Parts[i])...)
	}
	for i := range in.Watches {
		w := &in.Watches[i]
		told = append(told, telling{w.NounKey, &w.Title, &w.Invented})
	}
	return in, s.tell(ctx, told)
}

// tellingsOf are the items of a queue.
func tellingsOf(p InboxPart) []telling {
	var told []telling
	for i := range p.Items {
		item := &p.Items[i]
		told = append(told, telling{item.NounKey, &item.Title, &item.Invented})
		if p.Queue == QueueUnread {
			fact, question, _ := strings.Cut(item.Note, " ")
			item.Fact, item.Note = narrative.Slug(fact), question
			told = append(told, telling{NounKey{narrative.KindFact, fact}, &item.Note, nil})
		}
	}
	return told
}

// page is the query of some of a queue's items: $2 of them after the first $3, and how many there are in all.
func (q queueSQL) page() string {
	return fmt.Sprintf(`
		SELECT *, count(*) OVER ()
		FROM (%s LIMIT %d) AS waiting (kind, key, title, note, at)
		LIMIT $2 OFFSET $3`, q.sql, mostWaiting)
}

func collectItems(rows pgx.Rows) (items []InboxItem, count int, err error) {
	items, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (i InboxItem, err error) {
		err = row.Scan(&i.Kind, &i.Key, &i.Title, &i.Note, &i.At, &count)
		return i, err
	})
	return items, count, err
}

// InboxQueue returns a page of a queue: at most 100 items, from the page with the number given, which begins at 0. The error
// is [ErrNotFound] for a queue or page that there is not.
func (s *Store) InboxQueue(ctx context.Context, account string, queue Queue, page int) (p InboxPart, err error) {
	defer wrap(&err, "InboxQueue(%q, %q, %d)", account, queue, page)

	i := slices.IndexFunc(queues, func(q queueSQL) bool { return q.queue == queue })
	if i < 0 || page < 0 || page*pageSize >= mostWaiting {
		return InboxPart{}, ErrNotFound
	}
	p.Queue = queue
	rows, err := s.desk.Query(ctx, queues[i].page(), account, pageSize, page*pageSize)
	if err != nil {
		return InboxPart{}, err
	}
	if p.Items, p.Count, err = collectItems(rows); err != nil {
		return InboxPart{}, err
	}
	return p, s.tell(ctx, tellingsOf(p))
}
