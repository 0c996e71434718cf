package web

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// TestDeskLimits uses up what a token may ask and what an account may have read: the answer is a problem that says when to come again,
// and nothing was done.
func TestDeskLimits(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	c := newContract(s, t)
	p, other := c.program(s, store.RoleEditor), c.program(s, store.RoleEditor)
	pool := storetest.Pool(t, s.db.URL)
	usedUp := func(by string) {
		t.Helper()
		if _, err := pool.Exec(t.Context(), `UPDATE throttles SET free_at = now() + $1::text::interval`, by); err != nil {
			t.Fatal(err)
		}
	}
	wait := func(r reply, most int, says string) {
		t.Helper()
		seconds, err := strconv.Atoi(r.header.Get("Retry-After"))
		if r.status != http.StatusTooManyRequests || err != nil || seconds < 1 || seconds > most || r.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("status %d, Retry-After %q, %s", r.status, r.header.Get("Retry-After"), r.header.Get("Content-Type"))
		}
		if detail, _ := r.object()["detail"].(string); !strings.Contains(detail, says) {
			t.Errorf("it says %q, not %q", detail, says)
		}
	}
	const often = "There were too many requests of this kind of late"
	p.want(200, "GET", deskAPI+"/outlets/strait-wire", nil)
	usedUp("10 minutes")
	wait(p.ask("GET", deskAPI+"/outlets/strait-wire", nil), 1, often)
	other.want(200, "GET", deskAPI+"/outlets/strait-wire", nil)
	party := object{"slug": "far-town", "name": "Far Town"}
	p.want(201, "POST", deskAPI+"/parties", party) // writing is counted apart
	usedUp("10 minutes")
	wait(p.ask("POST", deskAPI+"/parties", object{"slug": "near-town", "name": "Near Town"}), 2, often)
	usedUp("9 minutes")
	p.want(404, "GET", deskAPI+"/parties/near-town", nil)
	p.want(201, "POST", deskAPI+"/parties", object{"slug": "near-town", "name": "Near Town"})

	for _, cost := range []store.Cost{store.CostPDF, store.CostReprint} { // so that there are rows of both
		if err := s.store.Spend(t.Context(), cost, p.name); err != nil {
			t.Fatal(err)
		}
	}
	usedUp("1 hour") // what another program asks is not among it
	q := c.program(s, store.RoleContributor)
	pdf := newArticle("gazette-pdf")
	pdf["original"] = base64.StdEncoding.EncodeToString([]byte("%PDF-1.7 none"))
	pdf["file"], pdf["media_type"] = "a.pdf", "application/pdf"
	wait(q.ask("POST", deskAPI+"/articles", pdf), 30, "by the whole newsroom")
	text := newArticle("gazette-text")
	text["text"] = bridgeText
	wait(q.ask("POST", deskAPI+"/articles", text), 1, "by the whole newsroom")
	q.want(404, "GET", deskAPI+"/articles/gazette-text", nil)
}
