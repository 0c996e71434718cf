package store

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"golang.org/x/text/unicode/norm"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
)

// tells reports whether a text that somebody has written or brought in tells any of the thing.
func (w *takingDown) tells(text string) bool {
	text = strings.Join(strings.Fields(norm.NFC.String(text)), " ")
	return w.thing.Tells(text) || slices.ContainsFunc(w.longWords(), func(words string) bool { return strings.Contains(text, words) })
}

// longWords are what was said, where it is long enough to be known again anywhere.
func (w *takingDown) longWords() []string {
	return slices.DeleteFunc(w.thing.Words(), func(words string) bool { return len(strings.Fields(words)) < longEnough })
}

// needles are the texts by which rows are found that may hold the thing: the names in all forms that are searched for, and what was
// said.
func (w *takingDown) needles() []string {
	list := w.longWords()
	for _, name := range w.thing.Names() {
		list = append(list, name)
		if first := []rune(name); strings.Contains(name, " ") {
			list = append(list, strings.ToLower(string(first[:1]))+string(first[1:]), strings.ToUpper(string(first[:1]))+string(first[1:]))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// clearWaiting takes the thing out of all that waits at the desk: what came in, unsaved forms, complaints, notes to colleagues, and
// what was received for captures whose texts stay.
func (w *takingDown) clearWaiting(ctx context.Context, before narrative.Collection) error {
	for _, clear := range []func(context.Context, narrative.Collection) error{
		w.clearArrivals, w.clearOriginals, w.clearCopies, w.clearDrafts, w.clearProposals, w.clearComplaints, w.clearAssignments, w.clearRequests, w.findFeeds,
	} {
		if err := clear(ctx, before); err != nil {
			return err
		}
	}
	return nil
}

// clearDrafts takes away the unsaved forms that hold the thing, or were opened for it.
func (w *takingDown) clearDrafts(ctx context.Context, _ narrative.Collection) error {
	type draft struct{ Account, Form, Fields string }
	rows, _ := w.log.tx.Query(ctx, `SELECT account, form, fields FROM drafts ORDER BY account, form`)
	var accounts, forms []string
	var d draft
	_, err := pgx.ForEachRow(rows, []any{&d.Account, &d.Form, &d.Fields}, func() error {
		is, err := w.isInForm(d.Form, d.Fields)
		if is {
			accounts, forms = append(accounts, d.Account), append(forms, d.Form)
		}
		return err
	})
	if err != nil {
		return err
	}
	w.done.Drafts = len(forms)
	_, err = w.log.tx.Exec(ctx, `
		DELETE FROM drafts
		WHERE (account, form) IN (SELECT * FROM unnest($1::text[], $2::text[]))`, accounts, forms)
	return err
}

// clearProposals takes away the proposals, also settled ones, that hold the thing or are for it. That of a claim is as a form of
// its article is.
func (w *takingDown) clearProposals(ctx context.Context, _ narrative.Collection) error {
	rows, _ := w.log.tx.Query(ctx, `
		SELECT p.id, p.kind, p.key, coalesce(c.article, ''), p.fields, concat_ws(E'\n', p.title, p.why, p.reason)
		FROM proposals p
		LEFT JOIN claims c ON p.kind = 'claim' AND c.code = p.key
		ORDER BY p.id`)
	var id int64
	var n NounKey
	var article, fields, told string
	ids := []int64{}
	_, err := pgx.ForEachRow(rows, []any{&id, &n.Kind, &n.Key, &article, &fields, &told}, func() error {
		address := "/" + formPlurals[n.Kind] + "/" + n.Key
		if article != "" {
			address = "/" + formPlurals[narrative.KindArticle] + "/" + article + address
		}
		is, err := w.isInForm(address, fields)
		if is || w.tells(told) {
			ids = append(ids, id)
		}
		return err
	})
	if err != nil {
		return err
	}
	w.done.Proposals = len(ids)
	_, err = w.log.tx.Exec(ctx, `DELETE FROM proposals WHERE id = ANY ($1)`, ids)
	return err
}

// formPlurals are the parts of forms' addresses that name the kinds of noun that are taken down.
var formPlurals = map[narrative.Kind]string{narrative.KindClaim: "claims", narrative.KindArticle: "articles", narrative.KindSource: "sources"}

// isInForm reports whether a form of an address, whose fields are given as JSON, holds the thing or was opened for it.
func (w *takingDown) isInForm(address, sent string) (bool, error) {
	var fields url.Values
	if err := json.Unmarshal([]byte(sent), &fields); err != nil {
		return false, err
	}
	var own []string // the ends and beginnings of addresses of forms
	for _, name := range w.names {
		own = append(own, "/"+formPlurals[w.asked.Kind]+"/"+name)
	}
	for code := range w.desk.removed {
		own = append(own, "/claims/"+string(code))
	}
	is := slices.ContainsFunc(own, func(path string) bool {
		_, rest, found := strings.Cut(address, path)
		return found && (rest == "" || strings.ContainsAny(rest[:1], "/?#"))
	})
	for _, values := range fields {
		is = is || slices.ContainsFunc(values, func(v string) bool {
			return w.tells(v) || w.asked.Kind == narrative.KindSource && slices.Contains(w.names, v) || w.isShortPassage(address, v)
		})
	}
	return is, nil
}

// isShortPassage reports whether a field of a form for an article that lost a claim is words of the claim, which may be few.
func (w *takingDown) isShortPassage(form, value string) bool {
	_, rest, found := strings.Cut(form, "/articles/")
	slug, _, _ := strings.Cut(rest, "/")
	return found && w.desk.touched[narrative.Slug(slug)] && w.thing.Shares([]string{value})
}

// clearComplaints blanks what of a complaint tells the thing; an address of the person's page becomes that of what stands in their
// place.
func (w *takingDown) clearComplaints(ctx context.Context, _ narrative.Collection) error {
	type complaint struct {
		ID                                   int64
		About, Words, Answer, Sender, Reason string
	}
	rows, _ := w.log.tx.Query(ctx, `SELECT id, about, words, answer, sender, reason FROM complaints ORDER BY id`)
	var b pgx.Batch
	var c complaint
	_, err := pgx.ForEachRow(rows, []any{&c.ID, &c.About, &c.Words, &c.Answer, &c.Sender, &c.Reason}, func() error {
		left := c
		for _, text := range []*string{&left.Words, &left.Answer, &left.Sender, &left.Reason} {
			if w.tells(*text) {
				*text = edition.WordsWithheld
			}
		}
		if w.asked.Kind == narrative.KindSource {
			for _, name := range w.names {
				if path, rest, found := strings.Cut(left.About, "/sources/"+name); found && (rest == "" || strings.ContainsAny(rest[:1], "/?#")) {
					left.About = path + "/sources/" + string(w.done.StandIn) + rest
				}
			}
		}
		if left == c {
			return nil
		}
		w.done.Complaints = append(w.done.Complaints, c.ID)
		b.Queue(`UPDATE complaints SET about = $2, words = $3, answer = $4, sender = $5, reason = $6 WHERE id = $1`,
			left.ID, left.About, left.Words, left.Answer, left.Sender, left.Reason)
		return nil
	})
	if err != nil {
		return err
	}
	w.auditEach(&b, KindComplaint, w.done.Complaints)
	return w.log.tx.SendBatch(ctx, &b).Close()
}

// auditEach enters in the audit log, for each thing of a kind that has a number, that something was taken out of it.
func (w *takingDown) auditEach(b *pgx.Batch, kind narrative.Kind, ids []int64) {
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = strconv.FormatInt(id, 10)
	}
	b.Queue(`
		INSERT INTO audit_log (actor, kind, key, action, why)
		SELECT $1, $2, key, 'takedown', $4 FROM unnest($3::text[]) AS key`, w.asked.Actor, kind, keys, w.asked.Reason)
}

// clearAssignments blanks the notes to colleagues that tell the thing.
func (w *takingDown) clearAssignments(ctx context.Context, _ narrative.Collection) error {
	rows, _ := w.log.tx.Query(ctx, `SELECT kind, key, note FROM assignments WHERE note <> '' ORDER BY kind, key`)
	var kinds, keys []string
	var n NounKey
	var note string
	_, err := pgx.ForEachRow(rows, []any{&n.Kind, &n.Key, &note}, func() error {
		if w.tells(note) {
			kinds, keys = append(kinds, string(n.Kind)), append(keys, n.Key)
		}
		return nil
	})
	if err != nil {
		return err
	}
	_, err = w.log.tx.Exec(ctx, `
		UPDATE assignments SET note = ''
		WHERE (kind, key) IN (SELECT * FROM unnest($1::text[], $2::text[]))`, kinds, keys)
	return err
}

// clearRequests blanks the notes with which a second pair of eyes is asked for, and the names of recordings, that tell the thing.
func (w *takingDown) clearRequests(ctx context.Context, _ narrative.Collection) error {
	rows, _ := w.log.tx.Query(ctx, `
		SELECT fact, 0, note FROM review_requests WHERE note <> ''
		UNION ALL
		SELECT '', arrival, name FROM media WHERE name <> ''`)
	var facts []string
	var media []int64
	var fact, text string
	var arrival int64
	_, err := pgx.ForEachRow(rows, []any{&fact, &arrival, &text}, func() error {
		switch {
		case !w.tells(text) && !w.thing.IsInAddress(text):
		case fact != "":
			facts = append(facts, fact)
		default:
			media = append(media, arrival)
		}
		return nil
	})
	if err != nil {
		return err
	}
	var b pgx.Batch
	b.Queue(`UPDATE review_requests SET note = '' WHERE fact = ANY ($1)`, facts)
	b.Queue(`UPDATE media SET name = '' WHERE arrival = ANY ($1)`, media)
	return w.log.tx.SendBatch(ctx, &b).Close()
}

// findFeeds finds the feeds that are called by the person's name. They stay, since what they announce is theirs to say.
func (w *takingDown) findFeeds(ctx context.Context, _ narrative.Collection) error {
	rows, _ := w.log.tx.Query(ctx, `SELECT address, title FROM subscriptions ORDER BY id`)
	var address, title string
	_, err := pgx.ForEachRow(rows, []any{&address, &title}, func() error {
		if w.asked.Kind == narrative.KindSource && (w.thing.IsInAddress(address) || w.tells(title)) {
			w.done.Feeds = append(w.done.Feeds, address)
		}
		return nil
	})
	return err
}
