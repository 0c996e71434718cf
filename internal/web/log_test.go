package web

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"counterclaim/internal/checkpoint"
	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store/storetest"
	"counterclaim/internal/web/ui"
)

// logSite is a site whose log has a few entries, the second of them the one of an edition that is withheld since.
func logSite(t *testing.T) *site {
	t.Helper()
	s := newSite(t)
	c := narrativetest.Bridge()
	for _, label := range []string{"Carts could not cross.", "It was shut.", "It was shut to carts."} {
		c.Facts[0].Positions[0].Label = narrative.Markup(label)
		s.publish(c)
	}
	if err := s.store.Erase(t.Context(), "an editor", "bridge-open", 2, "A court has asked for it"); err != nil {
		t.Fatal(err)
	}
	s.heard()
	return s
}

// TestCheckpoint follows a growing log by its checkpoints, as somebody who knows only the key would.
func TestCheckpoint(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := narrativetest.Bridge()
	var last checkpoint.Checkpoint
	for i, label := range []string{"Carts could not cross.", "It was shut.", "It was shut to carts."} {
		c.Facts[0].Positions[0].Label = narrative.Markup(label)
		s.publish(c)
		response, body := s.fetch(ui.CheckpointPath, http.StatusOK)
		if got := response.Header.Get("Content-Type"); got != "text/plain; charset=utf-8" {
			t.Errorf("it is %s", got)
		}
		if got := response.Header.Get("Cache-Control"); got != "public, max-age=5" {
			t.Errorf("it may be kept for %q", got)
		}
		now, err := checkpoint.Open(body, s.server.verifier())
		if err != nil || now.Size != int64(i+1) || now.Origin != "counterclaim.example/log" {
			t.Fatalf("the checkpoint is %+v (%v):\n%s", now, err, body)
		}
		if last.Size > 0 {
			var proof struct {
				From, To struct{ Size, Root string }
				Hashes   []string
			}
			s.data("/api/v1/log/consistency?from="+strconv.FormatInt(last.Size, 10)+"&to="+strconv.FormatInt(now.Size, 10), &proof)
			if err := checkpoint.CheckConsistency(hashes(t, proof.Hashes), last.Head, now.Head); err != nil {
				t.Error(err)
			}
			if proof.From.Root != last.Root.String() || proof.To.Root != now.Root.String() {
				t.Errorf("the proof is between other roots: %+v", proof)
			}
		}
		last = now
	}
}

// data reads an answer of the API.
func (s *site) data(path string, to any) {
	s.t.Helper()
	_, body := s.fetch(path, http.StatusOK)
	if err := json.Unmarshal(body, to); err != nil {
		s.t.Fatalf("%s: %v", path, err)
	}
}

func hashes(t *testing.T, list []string) []checkpoint.Hash {
	t.Helper()
	all := make([]checkpoint.Hash, len(list))
	for i, text := range list {
		data, err := base64.StdEncoding.DecodeString(text)
		if err != nil || copy(all[i][:], data) != len(all[i]) {
			t.Fatalf("%q is no hash", text)
		}
	}
	return all
}

// TestLogData proves every entry of the log from what the API gives alone.
func TestLogData(t *testing.T) {
	t.Parallel()
	s := logSite(t)
	var head struct{ Size, Root, Checkpoint, Key, Unsigned string }
	s.data(ui.APIHeadPath, &head)
	signed, err := checkpoint.Open([]byte(head.Checkpoint), head.Key)
	if err != nil || head.Size != "4" || head.Root != signed.Root.String() || head.Key != s.server.verifier() || head.Unsigned != "" {
		t.Fatalf("the head is %+v (%v)", head, err)
	}
	_, text := s.fetch(ui.CheckpointPath, http.StatusOK)
	if string(text) != head.Checkpoint {
		t.Errorf("the checkpoint as text is\n%s\nand as data\n%s", text, head.Checkpoint)
	}
	prev := strings.Repeat("0", 64)
	for i := range signed.Size {
		var entry struct {
			Record   []byte
			LeafHash string `json:"leaf_hash"`
			Hash     string
			Fields   edition.LogRecord
			Page     string
		}
		index := strconv.FormatInt(i, 10)
		s.data(ui.APIEntryPath(index), &entry)
		record, err := edition.ReadRecord(entry.Record)
		if err != nil || record != entry.Fields || record.Prev != prev || record.LogIndex != index {
			t.Fatalf("entry %d is %+v (%v)", i, entry, err)
		}
		leaf := checkpoint.Hash(edition.RecordHash(entry.Record))
		if prev = entry.Hash; entry.LeafHash != leaf.String() || prev != edition.RecordHash(entry.Record).String() {
			t.Errorf("the hashes of entry %d are %s and %s", i, entry.LeafHash, entry.Hash)
		}
		if entry.Page != "https://counterclaim.example"+ui.EditionPath("bridge-open", record.Number) {
			t.Errorf("the page of entry %d is %s", i, entry.Page)
		}
		for size := i + 1; size <= signed.Size; size++ {
			var proof struct {
				Index    string
				LeafHash string `json:"leaf_hash"`
				Head     struct{ Size, Root string }
				Hashes   []string
			}
			s.data("/api/v1/log/inclusion?index="+index+"&size="+strconv.FormatInt(size, 10), &proof)
			root := hashes(t, []string{proof.Head.Root})[0]
			if err := checkpoint.CheckInclusion(hashes(t, proof.Hashes), i, leaf, checkpoint.Head{Size: size, Root: root}); err != nil {
				t.Error(err)
			}
			if size == signed.Size && root != signed.Root || proof.LeafHash != leaf.String() || proof.Index != index {
				t.Errorf("the proof of entry %d in %d is %+v", i, size, proof)
			}
		}
	}
	var now struct{ Head struct{ Size, Root string } }
	s.data("/api/v1/log/inclusion?index=0", &now)
	if now.Head.Size != head.Size || now.Head.Root != head.Root {
		t.Errorf("without a size the head is %+v", now)
	}
	var same struct{ To struct{ Root string } }
	s.data("/api/v1/log/consistency?from=0", &same)
	if same.To.Root != head.Root {
		t.Errorf("without a size the later root is %q", same.To.Root)
	}
}

func TestLogDataRefused(t *testing.T) {
	t.Parallel()
	s := logSite(t)
	for path, want := range map[string]struct {
		status   int
		location string
	}{
		"/api/v1/log/entries/4":                                  {http.StatusNotFound, ""},
		"/api/v1/log/entries/9223372036854775807":                {http.StatusNotFound, ""},
		"/api/v1/log/entries/9223372036854775808":                {http.StatusNotFound, "path.index"},
		"/api/v1/log/entries/-1":                                 {http.StatusNotFound, "path.index"},
		"/api/v1/log/entries/one":                                {http.StatusNotFound, "path.index"},
		"/api/v1/log/inclusion":                                  {http.StatusUnprocessableEntity, "query.index"},
		"/api/v1/log/inclusion?index=4":                          {http.StatusUnprocessableEntity, "query.index"},
		"/api/v1/log/inclusion?index=2&size=2":                   {http.StatusUnprocessableEntity, "query.index"},
		"/api/v1/log/inclusion?index=0&size=5":                   {http.StatusUnprocessableEntity, "query.size"},
		"/api/v1/log/inclusion?index=0&size=0":                   {http.StatusUnprocessableEntity, "query.size"},
		"/api/v1/log/inclusion?index=0&size=9223372036854775807": {http.StatusUnprocessableEntity, "query.size"},
		"/api/v1/log/inclusion?index=1e3":                        {http.StatusUnprocessableEntity, "query.index"},
		"/api/v1/log/inclusion?index=%00":                        {http.StatusUnprocessableEntity, "query.index"},
		"/api/v1/log/consistency?from=1&to=5":                    {http.StatusUnprocessableEntity, "query.to"},
		"/api/v1/log/consistency?from=3&to=2":                    {http.StatusUnprocessableEntity, "query.from"},
		"/api/v1/log/consistency?from=-1&to=2":                   {http.StatusUnprocessableEntity, "query.from"},
		"/api/v1/log/consistency?to=2":                           {http.StatusUnprocessableEntity, "query.from"},
	} {
		response, body := s.fetch(path, want.status)
		var problem struct {
			Status int
			Errors []struct{ Location string }
		}
		if err := json.Unmarshal(body, &problem); err != nil || response.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %v\n%s", path, err, body)
			continue
		}
		if problem.Status != want.status || want.location != "" && (len(problem.Errors) != 1 || problem.Errors[0].Location != want.location) {
			t.Errorf("%s: %s, want a fault at %s", path, body, want.location)
		}
	}
}

func TestLogPage(t *testing.T) {
	t.Parallel()
	s := logSite(t)
	doc := s.get(ui.LogPath, http.StatusOK)
	_, body := s.fetch(ui.CheckpointPath, http.StatusOK)
	signed, err := checkpoint.Open(body, s.server.verifier())
	if err != nil {
		t.Fatal(err)
	}
	now := doc.Find(".particulars").Text()
	for _, want := range []string{"4 entries", signed.Root.String(), s.server.verifier(), "signed"} {
		if !strings.Contains(now, want) {
			t.Errorf("the page does not say %q:\n%s", want, now)
		}
	}
	if doc.Find(`a[href="`+ui.CheckpointPath+`"]`).Length() != 1 {
		t.Error("no link leads to the checkpoint")
	}
	var lines []string
	doc.Find(".editions li > a").Each(func(_ int, a *goquery.Selection) { lines = append(lines, a.Text()) })
	for i, want := range []string{
		"The words of edition 2 of bridge-open were withheld", "Was the mill bridge open", "bridge-open, withheld since", "Was the mill bridge open",
	} {
		if len(lines) != 4 || !strings.HasPrefix(lines[i], want) {
			t.Errorf("entry %d of the list is %q, want %q", i, lines, want)
		}
	}
	if got := doc.Find(`.editions a[href="` + ui.APIEntryPath("3") + `"]`).Length(); got != 1 {
		t.Errorf("%d links to the record of the last entry", got)
	}
	older := s.get(ui.After(ui.LogPath, "1"), http.StatusOK)
	if got := older.Find(".editions li").Length(); got != 1 || !strings.Contains(older.Find(".particulars").Text(), "4 entries") {
		t.Errorf("before entry 1 are %d", got)
	}
	for _, cursor := range []string{"x", "-1", "99999999999999999999", "%00"} {
		s.fetch(ui.LogPath+"?after="+cursor, http.StatusNotFound)
	}
}

// TestLogEmpty checks the page and the checkpoint of a log without entries.
func TestLogEmpty(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	doc := s.get(ui.LogPath, http.StatusOK)
	if now := doc.Find(".particulars").Text(); !strings.Contains(now, "0 entries") {
		t.Errorf("the page says %s", now)
	}
	_, body := s.fetch(ui.CheckpointPath, http.StatusOK)
	if c, err := checkpoint.Open(body, s.server.verifier()); err != nil || c.Size != 0 {
		t.Errorf("the checkpoint is %+v (%v)", c, err)
	}
}

// TestLogUnsigned asks servers that do not sign: without a key, with another key than the log's, and with the database of
// an older state.
func TestLogUnsigned(t *testing.T) {
	t.Parallel()
	whole := logSite(t)
	whole.fetch(ui.CheckpointPath, http.StatusOK)
	older := storetest.New(t)
	if err := older.SetLogKey(t.Context(), whole.server.verifier()); err != nil {
		t.Fatal(err)
	}
	unsigned := storetest.New(t)
	for name, test := range map[string]struct {
		options Options
		status  int
		says    string
	}{
		"no key":         {Options{Store: unsigned}, http.StatusNotFound, "is not signed"},
		"another's key":  {Options{Store: whole.store}, http.StatusServiceUnavailable, "that this server does not have"},
		"an older state": {Options{Store: older, Signer: whole.server.signer}, http.StatusServiceUnavailable, "does not go on from what was signed before"},
	} {
		t.Run(name, func(t *testing.T) {
			var log logBuffer
			test.options.Log = slog.New(slog.NewJSONHandler(&log, nil))
			server, err := New(test.options)
			if err != nil {
				t.Fatal(err)
			}
			ask := func(path string) *httptest.ResponseRecorder {
				answer := httptest.NewRecorder()
				server.ServeHTTP(answer, httptest.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodGet, path, nil))
				return answer
			}
			answer := ask(ui.CheckpointPath)
			if answer.Code != test.status || !strings.Contains(answer.Body.String(), test.says) ||
				answer.Header().Get("Content-Type") != "text/plain; charset=utf-8" || answer.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("status %d: %s %v", answer.Code, answer.Body, answer.Header())
			}
			if logged := strings.Contains(log.String(), `"level":"ERROR"`); logged != (test.options.Signer != nil) {
				t.Errorf("the server's log says:\n%s", log.String())
			}
			page := ask(ui.LogPath)
			if page.Code != http.StatusOK || !strings.Contains(page.Body.String(), test.says) {
				t.Errorf("the page does not say %q", test.says)
			}
			var head struct{ Size, Root, Checkpoint, Unsigned string }
			if err := json.Unmarshal(ask(ui.APIHeadPath).Body.Bytes(), &head); err != nil || head.Checkpoint != "" || head.Unsigned == "" || head.Root == "" {
				t.Errorf("as data it is %+v (%v)", head, err)
			}
		})
	}
}
