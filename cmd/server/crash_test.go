package main

import (
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/pquerna/otp/totp"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
)

// An inBrowser is an editor's browser on a server that may be killed and come back at another address.
type inBrowser struct {
	t      *testing.T
	where  func() string // the server's address, without a slash at its end
	cookie *http.Cookie
}

// withStore opens the store on the private Postgres of a running server, as a subcommand does.
func withStore(t *testing.T, settings []string, work func(*store.Store) error) {
	t.Helper()
	values := map[string]string{}
	for _, s := range settings {
		name, value, _ := strings.Cut(s, "=")
		values[name] = value
	}
	read, err := readSettings(func(name string) string { return values[name] })
	if err != nil {
		t.Fatal(err)
	}
	p := &program{settings: read, stdout: io.Discard, stderr: io.Discard, log: slog.New(slog.DiscardHandler)}
	if err := p.with(t.Context(), work); err != nil {
		t.Fatal(err)
	}
}

// admit makes an account with all that it needs and logs it in.
func admit(t *testing.T, settings []string, name string, role store.Role, where func() string) inBrowser {
	t.Helper()
	b := inBrowser{t: t, where: where}
	withStore(t, settings, func(s *store.Store) error {
		ctx := t.Context()
		if err := s.AddAccount(ctx, name, role, "test"); err != nil {
			return err
		}
		if role.May(store.RoleEditor) {
			if err := s.BeginFactor(ctx, name); err != nil {
				return err
			}
			secret, err := s.PendingFactor(ctx, name)
			if err != nil {
				return err
			}
			now := time.Now()
			code, err := totp.GenerateCode(secret, now)
			if err != nil {
				return err
			}
			if _, err := s.ConfirmFactor(ctx, name, code, now); err != nil {
				return err
			}
		}
		token, err := s.StartSession(ctx, name, "a test")
		b.cookie = &http.Cookie{Name: "desk", Value: token}
		return err
	})
	return b
}

// ask sends a request and returns the answer, nil if nobody answered to the end.
func (b inBrowser) ask(method, path string, fields url.Values) (*http.Response, *goquery.Document) {
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.where()+path, strings.NewReader(fields.Encode()))
	if err != nil {
		b.t.Error(err)
		return nil, nil
	}
	r.AddCookie(b.cookie)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	client := http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		return nil, nil
	}
	defer answer.Body.Close()
	doc, err := goquery.NewDocumentFromReader(answer.Body)
	if err != nil {
		return nil, nil
	}
	return answer, doc
}

// filled returns what a browser would send of a form.
func filled(form *goquery.Selection) url.Values {
	fields := url.Values{}
	form.Find("input, textarea, select").Each(func(_ int, field *goquery.Selection) {
		name := field.AttrOr("name", "")
		switch kind := field.AttrOr("type", ""); {
		case name == "" || kind == "submit" || kind == "radio":
		case kind == "checkbox":
			if _, on := field.Attr("checked"); on {
				fields.Add(name, field.AttrOr("value", "on"))
			}
		case goquery.NodeName(field) == "textarea":
			fields.Add(name, strings.TrimPrefix(field.Text(), "\n"))
		case goquery.NodeName(field) == "select":
			fields.Add(name, field.Find("option[selected]").AttrOr("value", field.Find("option").First().AttrOr("value", "")))
		default:
			fields.Add(name, field.AttrOr("value", ""))
		}
	})
	return fields
}

// crashes is how often a server, or its Postgres, is killed; the long run of make soak has more.
var crashes = fromEnvironment("CRASHES", 4)

func fromEnvironment(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

// TestCrashes lets editors save and publish while the server and Postgres are killed by turns: what was acknowledged is
// there, nothing was overwritten unseen, and nothing is half published.
func TestCrashes(t *testing.T) {
	t.Parallel()
	folder := openFolder(t)
	story := narrativetest.Bridge()
	for i := range story.Facts[0].Aspects { // editors publish no position that nobody takes
		story.Facts[0].Aspects[i].Positions = story.Facts[0].Aspects[i].Positions[:1]
	}
	settings := []string{"DATA_DIR=" + folder, "CORPUS=" + corpusFolder(t, story)}
	server := start(t, settings...)
	var mu sync.RWMutex
	where := func() string { mu.RLock(); defer mu.RUnlock(); return server.url }

	const writers = 6
	for i := range writers {
		withStore(t, settings, func(s *store.Store) error {
			slug := narrative.Slug(fmt.Sprintf("party-%d", i))
			_, err := s.Save(t.Context(), store.Edit{Doc: narrative.Party{Slug: slug, Name: "Party"}, Actor: "test"})
			return err
		})
	}
	editor := admit(t, settings, "anna", store.RoleEditor, where)

	// Each writer counts in a note of its own; the publisher counts in the question of the fact.
	stop := make(chan struct{})
	acknowledged := make([]int, writers)
	var total, published atomic.Int64 // acknowledged saves and publications
	var wait sync.WaitGroup
	for i := range writers {
		wait.Go(func() {
			path := fmt.Sprintf("/desk/parties/party-%d", i)
			for n := 1; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				if editor.saves(path, "note", fmt.Sprintf("saved %d", n)) {
					acknowledged[i] = n
					total.Add(1)
				}
			}
		})
	}
	wait.Go(func() {
		for n := 1; ; n++ {
			select {
			case <-stop:
				return
			default:
			}
			if editor.saves("/desk/facts/bridge-open", "question", fmt.Sprintf("Was [[bridge]] open, %d?", n)) && editor.publishes("bridge-open", fmt.Sprintf("change %d", n)) {
				published.Add(1)
			}
		}
	})

	random := rand.New(rand.NewPCG(1, 2))
	for k := range crashes {
		saves, editions := total.Load()+5+random.Int64N(20), published.Load()
		within(t, "editors save and publish", func() bool { return total.Load() >= saves && published.Load() > editions })
		if k%2 == 0 {
			was := postgresPID(folder)
			if err := syscall.Kill(was, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			within(t, "Postgres is back", func() bool { pid := postgresPID(folder); return pid != 0 && pid != was })
			within(t, "the site is back", func() bool { return server.status("/readyz") == http.StatusOK })
			continue
		}
		mu.Lock()
		server.signal(syscall.SIGKILL)
		server = start(t, settings...)
		mu.Unlock()
	}
	wanted := total.Load() + 10
	within(t, "editors save after the last crash", func() bool { return total.Load() >= wanted })
	close(stop)
	wait.Wait()

	t.Logf("acknowledged saves %v, publications %d, crashes %d", acknowledged, published.Load(), crashes)
	withStore(t, settings, func(s *store.Store) error {
		for i, last := range acknowledged {
			n, err := s.Noun(t.Context(), store.NounKey{Kind: narrative.KindParty, Key: fmt.Sprintf("party-%d", i)})
			if err != nil {
				return err
			}
			var kept int
			if _, err := fmt.Sscanf(n.Doc.(narrative.Party).Note, "saved %d", &kept); err != nil && last > 0 || kept < last {
				t.Errorf("party %d: save %d was acknowledged, %d is there", i, last, kept)
			}
			if last == 0 {
				t.Errorf("party %d: no save was acknowledged", i)
			}
		}
		return nil
	})
	v := editionsIn(t, settings...)
	if int64(v.Editions) < 1+published.Load() {
		t.Errorf("%d publications were acknowledged, and there are %d editions", published.Load(), v.Editions)
	}
	if status, _ := server.get("/facts/bridge-open/editions/" + strconv.Itoa(int(v.Editions)) + ".json"); status != http.StatusOK {
		t.Errorf("the last of %d editions has status %d", v.Editions, status)
	}
}

// saves fills one field of a noun's form and sends it, and reports whether the save was acknowledged.
func (b inBrowser) saves(path, field, value string) bool {
	answer, doc := b.ask(http.MethodGet, path, nil)
	if answer == nil || answer.StatusCode != http.StatusOK {
		return false
	}
	fields := filled(doc.Find("form.noun").First())
	if !fields.Has(field) {
		b.t.Errorf("%s has no field %s", path, field)
		return false
	}
	fields.Set(field, value)
	fields.Set("do", "save")
	answer, doc = b.ask(http.MethodPost, path, fields)
	switch {
	case answer == nil || answer.StatusCode == http.StatusServiceUnavailable:
		return false
	case answer.StatusCode != http.StatusSeeOther:
		b.t.Errorf("POST %s: status %d\n%s", path, answer.StatusCode, doc.Find(".problems, h1").Text())
		return false
	}
	return true
}

// publishes publishes a fact as its review page offers it, waiving the second pair of eyes, and reports whether that was
// acknowledged.
func (b inBrowser) publishes(fact, reason string) bool {
	answer, doc := b.ask(http.MethodGet, "/desk/publish?facts="+fact, nil)
	if answer == nil || answer.StatusCode != http.StatusOK {
		return false
	}
	fields := filled(doc.Find("form#publish"))
	fields.Set("reason", reason)
	fields.Set("kind", "update")
	fields.Set("waiver", "a test")
	answer, doc = b.ask(http.MethodPost, "/desk/publish", fields)
	switch {
	case answer == nil || answer.StatusCode == http.StatusServiceUnavailable:
		return false
	case answer.StatusCode != http.StatusSeeOther:
		b.t.Errorf("POST /desk/publish: status %d\n%s", answer.StatusCode, doc.Find(".problems, h1").Text())
		return false
	}
	return true
}
