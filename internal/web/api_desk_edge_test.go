package web

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/store"
)

// TestDeskHostile sends bodies that are not what the desk takes. Each is told what is wrong and where, and changes nothing.
func TestDeskHostile(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	c := newContract(s, t)
	p := c.program(s, store.RoleEditor)
	parties, articles, claims := deskAPI+"/parties", deskAPI+"/articles", deskAPI+"/articles/gazette-2031-03-15/claims"
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	many := `{"slug":"many","name":"Many","kind":"body","printed":[` + strings.Repeat(`"x",`, 300) + `"x"]}`
	for _, x := range []struct {
		path, body string
		status     int
		at, says   string // of one fault
	}{
		{parties, ``, 400, "", ""},
		{parties, ` `, 400, "", "EOF"},
		{parties, `{"slug":"third","name":"Third"`, 400, "", "EOF"},
		{parties, `{"slug":"third","name":"Third"} {}`, 400, "", ""},
		{parties, `{"slug":"third","name":"Third",}`, 400, "", "byte 30"},
		{parties, `{'slug':'third'}`, 400, "", "byte 1"},
		{parties, `<slug>third</slug>`, 400, "", "byte 0"},
		{parties, "{\"slug\":\"third\",\"name\":\"Th\xffird\"}", 400, "/name", "UTF-8"},
		{parties, `{"slug":"third","name":"Th\ud800ird"}`, 400, "/name", "surrogate"},
		{parties, `{"slug":"third","name":"Third","name":"Fourth"}`, 400, "/name", "duplicate"},
		{parties, `{"slug":"third","name":"Third","note":` + deep(20000) + `}`, 400, "/note" + strings.Repeat("/0", 97), "depth"},
		{parties, `{"slug":"third","name":"Third","note":` + deep(5000) + `}`, 422, "/note", "a list; expected a string"},
		{parties, `{"slug":"third","name":"Th\u0000ird"}`, 422, "/name", "U+0000"},
		{parties, `{"slug":"th\u0000ird","name":"Third"}`, 422, "/slug", "U+0000"},
		{parties, `{"slug":"third","name":"Third","colour":"red"}`, 422, "/colour", "unknown key; expected one of slug, name, note"},
		{parties, `{"slug":"third","name":"Third","a/b~c":{"d":[1]}}`, 422, "/a~1b~0c", "unknown key"},
		{parties, `{"slug":"third","name":"Third","` + strings.Repeat("k", 5000) + `":1}`, 422, "/" + strings.Repeat("k", 80) + "…", "unknown key"},
		{parties, `{"slug":"third","name":null}`, 422, "/name", "null; leave out"},
		{parties, `{"slug":3,"name":"Third"}`, 422, "/slug", "a number; expected a string"},
		{parties, `[]`, 422, "", "a list; expected an object"},
		{parties, `"third"`, 422, "", "a string; expected an object"},
		{parties, `null`, 422, "", "null"},
		{parties, `{"slug":"third"}`, 422, "/name", "missing"},
		{parties, `{"slug":"third","name":" Third "}`, 422, "/name", "white space"},
		{parties, `{"slug":"third","name":"` + strings.Repeat("x", 301) + `"}`, 422, "/name", "301 characters"},
		{parties, `{"slug":"third","name":"` + strings.Repeat("x", 1<<20) + `"}`, 413, "", ""},
		{deskAPI + "/sources", many, 422, "/printed", "a list of 301"},
		{deskAPI + "/sources", `{"slug":"third","name":"Third","kind":"outlet"}`, 422, "/kind", "unknown"},
		{deskAPI + "/sources", `{"slug":"third","name":"Third","kind":"body","party":"nobody"}`, 422, "/party", "nobody"},
		{deskAPI + "/sources", `{"slug":"third","name":"Third","kind":"body","offices":[{"from":"2031-13-01"}]}`, 422, "/offices/0/from", "no day"},
		{deskAPI + "/outlets", `{"slug":"third","name":"Third","unknown":"yes"}`, 422, "/unknown", "expected true or false"},
		{articles, `{"slug":"third","published":{"day":"yesterday","basis":"given"}}`, 422, "/published/day", "no date"},
		{articles, `{"slug":"third","text":"a","original":"YQ=="}`, 422, "/original", "beside"},
		{articles, `{"slug":"third","original":"%%%"}`, 422, "/original", "base 64"},
		{articles, `{"slug":"third","original":"YQ==","format":"docx"}`, 422, "/format", "unknown"},
		{articles, `{"slug":"third","text":"a","format":"pdf"}`, 422, "/format", "text or markdown"},
		{articles, `{"slug":"third","original":"AAAA","format":"pdf"}`, 422, "/original", ""},
		{articles, `{"slug":"third","text":"nul \u0000 in it"}`, 422, "/text", "U+0000"},
		{articles, `{"slug":"third","text":" \n \n "}`, 422, "/text", "no text"},
		{articles, `{"slug":"third","text":"A bridge.","outlet":"nobody"}`, 422, "/outlet", ""},
		{articles, `{"slug":"third","passages":[]}`, 422, "/passages", "unknown key"},
		{articles, `{"slug":"third","text":"` + strings.Repeat("x", 5<<20) + `"}`, 413, "", ""},
		{claims, `{"code":"V8N-K4HM","words":["carts"]}`, 422, "/code", "gets its code"},
		{claims, `{"article":"jisr-2031-03","words":["carts"]}`, 422, "/article", "gazette-2031-03-15"},
		{claims, `{"words":["carts"],"capture":"0"}`, 422, "/capture", ""},
		{claims, `{"words":["carts"],"preset":["colour"]}`, 422, "/preset/0", "no key"},
		{claims, `{"words":[]}`, 422, "/words", "no words"},
		{claims, `{"words":["a","b","c","d"]}`, 422, "/words", "too many"},
		{claims, `{"words":["\u0000"]}`, 422, "/words/0", "U+0000"},
		{claims, `{"words":["` + strings.Repeat("x", 301) + `"]}`, 422, "/words", "too long"},
		{claims, `{"spans":[{"start":0,"end":1.5}]}`, 422, "/spans/0/end", "whole number"},
		{claims, `{"spans":[{"start":0,"end":99999999999999999999}]}`, 422, "/spans/0/end", "whole number"},
		{claims, `{"spans":[{"start":-5,"end":3}]}`, 422, "/words", ""},
		{claims, `{"spans":[{"start":0,"end":999999999}]}`, 422, "/words", ""},
		{claims, `{"spans":[{"start":1,"end":9}]}`, 422, "/words", "half"},
		{claims, `{"spans":[{"start":0,"end":3}],"words":["Not that"]}`, 422, "/words", "are not what stands"},
		{deskAPI + "/publish", `{"facts":["bridge-open"],"reason":"x","kind":"update","expect":{"bridge-open":7}}`, 422, "/expect/bridge-open", "a number"},
		{deskAPI + "/publish", `{"facts":["bridge-open"],"reason":"x","kind":"update","expect":{}}`, 422, "/expect/bridge-open", "missing"},
		{deskAPI + "/publish", `{"facts":[],"kind":"withdrawal"}`, 422, "/kind", "unknown"},
		{deskAPI + "/publish", `{"facts":["bridge-open","bridge-open"],"reason":" "}`, 422, "/facts/1", "twice"},
		{deskAPI + "/publish", `{"facts":["a b\u0000"],"reason":"x\u0000"}`, 422, "/reason", "U+0000"},
		{deskAPI + "/publish", `{"facts":["bridge-open"],"reason":"` + strings.Repeat("x", 301) + `"}`, 422, "/reason", "301"},
		{deskAPI + "/publish", `{"facts":["bridge-open"],"reason":"x","kind":"update","expect":{"bridge-open":"9-x"}}`, 409, "", ""},
		{deskAPI + "/publish", `{"facts":["no-such"],"reason":"x","kind":"update","expect":{"no-such":"9-x"}}`, 404, "", ""},
	} {
		got := p.ask("POST", x.path, x.body)
		if got.status != x.status || got.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%.120s: status %d, want %d\n%.500s", x.body, got.status, x.status, got.body)
			continue
		}
		if says, ok := got.faults()[x.at]; x.says != "" && (!ok || !strings.Contains(says, x.says)) {
			t.Errorf("%.120s: faults %v, want at %q: %s", x.body, got.faults(), x.at, x.says)
		}
	}
	for _, path := range []string{
		"/parties/third?why=a&why=b", "/parties/third?x=1", "/parties/third?why=%00", "/parties/third?why=" + strings.Repeat("x", 301), "/preview", "/preview?facts=a,a",
	} {
		if got := p.ask(map[bool]string{true: "GET", false: "PUT"}[strings.HasPrefix(path, "/preview")], deskAPI+path, map[bool]any{true: nil, false: "{}"}[strings.HasPrefix(path, "/preview")], "If-Match", `"1"`); got.status != 422 {
			t.Errorf("%.60s: status %d\n%s", path, got.status, got.body)
		}
	}
	p.want(404, "GET", deskAPI+"/parties/third", nil)
	p.want(404, "GET", articles+"/third", nil)
	if log := s.log.String(); strings.Contains(log, `"level":"ERROR"`) {
		t.Errorf("faults of ours:\n%.2000s", log)
	}
}

// TestDeskClaims finds words in no place and in several, keeps what somebody else has changed, and removes.
func TestDeskClaims(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	c := newContract(s, t)
	p := c.program(s, store.RoleEditor)
	article := newArticle("gazette-twice")
	article["text"] = "The gate was shut at dusk, the warden said.\nBy morning the gate was shut again.\nA “big lamp” burned."
	p.want(201, "POST", deskAPI+"/articles", article)
	claims := deskAPI + "/articles/gazette-twice/claims"
	claim := func(words ...string) object {
		c := newClaim("harbour-master", "", words...)
		delete(c, "stances")
		return c
	}
	several := p.want(422, "POST", claims, claim("gate was shut"))
	if got := several.object()["candidates"].(array); len(got) != 2 || !strings.Contains(several.faults()["/words"], "2 places") {
		t.Errorf("words in two places: %s", several.body)
	}
	none := p.want(422, "POST", claims, claim("gate was closed at dusk"))
	if got, _ := none.object()["candidates"].(array); len(got) == 0 || !strings.Contains(fmt.Sprint(got[0]), "at dusk") {
		t.Errorf("words in no place: %s", none.body)
	}
	spans := several.object()["candidates"].(array)[1].(object)["spans"]
	chosen := claim()
	delete(chosen, "words")
	chosen["spans"] = spans
	made := p.want(201, "POST", claims, chosen)
	at, tag := made.header.Get("Location"), made.header.Get("ETag")
	if got := p.want(200, "GET", at, nil); got.header.Get("ETag") != tag || !bytes.Equal(got.body, made.body) {
		t.Errorf("read again it is %s", got.body)
	}
	if got := p.want(201, "POST", claims, claim("A \"big lamp\" burned")).object()["words"]; fmt.Sprint(got) != "[A “big lamp” burned]" {
		t.Errorf("the words of the text are %v", got)
	}

	changed := made.object()
	changed["note"] = "The second time."
	next := p.want(200, "PUT", at, changed, "If-Match", tag)
	stale := p.want(412, "PUT", at, changed, "If-Match", tag)
	if now := stale.object()["now"].(object); now["note"] != "The second time." || stale.header.Get("ETag") != next.header.Get("ETag") {
		t.Errorf("what is there now is %v", now)
	}
	delete(changed, "spans")
	changed["words"] = array{"The gate was shut at dusk"}
	moved := p.want(200, "PUT", at, changed, "If-Match", next.header.Get("ETag"))
	if got := fmt.Sprint(moved.object()["spans"]); got != "[map[end:25 start:0]]" {
		t.Errorf("moved it stands at %s", got)
	}
	if got := c.program(s, store.RoleContributor).want(403, "PUT", at, changed, "If-Match", moved.header.Get("ETag")).object()["detail"]; !strings.Contains(fmt.Sprint(got), "Somebody else") {
		t.Errorf("a contributor is told %q", got)
	}
	p.want(428, "DELETE", at, nil)
	p.want(412, "DELETE", at, nil, "If-Match", tag)
	p.want(204, "DELETE", at, nil, "If-Match", moved.header.Get("ETag"))
	p.want(404, "GET", at, nil)
	bridge := p.want(200, "GET", deskAPI+"/claims/V8N-K4HM", nil)
	if got := p.want(409, "DELETE", deskAPI+"/claims/V8N-K4HM", nil, "If-Match", bridge.header.Get("ETag")).object()["detail"]; !strings.Contains(fmt.Sprint(got), "bridge-open") {
		t.Errorf("the removal says %q", got)
	}
	p.want(404, "POST", deskAPI+"/articles/nothing/claims", claim("gate"))
	if got := p.want(404, "GET", deskAPI+"/articles/nothing/text", nil).object()["status"]; got != 404.0 {
		t.Errorf("the text of nothing: %v", got)
	}
}

// TestDeskFiles brings in files, a text that is there already, and an article without a text.
func TestDeskFiles(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	c := newContract(s, t)
	p := c.program(s, store.RoleContributor)
	first := newArticle("gazette-night")
	first["text"] = bridgeText
	p.want(201, "POST", deskAPI+"/articles", first)
	var paragraphs strings.Builder
	for line := range strings.Lines(bridgeText) {
		paragraphs.WriteString("<p>" + line + "</p>")
	}
	again := newArticle("wire-night")
	again["outlet"], again["url"] = "strait-wire", "https://wire.example/night"
	again["original"] = base64.StdEncoding.EncodeToString([]byte("<!doctype html><html><body><article><h1>A night on the bridge</h1>" + paragraphs.String() + "</article></body></html>"))
	again["file"], again["media_type"] = "night.html", "text/html; charset=utf-8"
	brought := p.want(201, "POST", deskAPI+"/articles", again).object()
	like, _ := brought["like"].(array)
	if len(like) != 1 || like[0].(object)["article"] != "gazette-night" || like[0].(object)["share"].(float64) < 90 || like[0].(object)["same_address"] != false {
		t.Errorf("much the same are %v", like)
	}
	text := p.want(200, "GET", deskAPI+"/articles/wire-night/text", nil).object()
	if got := text["text"].(string); !strings.Contains(got, "eleven carts crossed before dawn") || text["length"] != float64(len([]rune(got))) {
		t.Errorf("the text of the page is %q", got)
	}
	bare := newArticle("gazette-bare")
	bare["url"] = "https://gazette.example/bare"
	if got := p.want(201, "POST", deskAPI+"/articles", bare).object(); got["capture"] != nil {
		t.Errorf("an article without a text has the capture %v", got["capture"])
	}
	p.want(404, "GET", deskAPI+"/articles/gazette-bare/text", nil)
	taken := newArticle("gazette-night")
	taken["text"] = "Another text."
	if got := p.want(422, "POST", deskAPI+"/articles", taken).faults(); got["/slug"] == "" {
		t.Errorf("a slug that is taken: %v", got)
	}
}

// TestDeskOnce sends the same request again and again.
func TestDeskOnce(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	c := newContract(s, t)
	p, other := c.program(s, store.RoleEditor), c.program(s, store.RoleEditor)
	article := newArticle("gazette-night")
	article["text"] = bridgeText
	const key = "Idempotency-Key"
	first := p.want(201, "POST", deskAPI+"/articles", article, key, "article")
	again := p.want(201, "POST", deskAPI+"/articles", article, key, "article")
	if !bytes.Equal(first.body, again.body) || first.header.Get("Location") != again.header.Get("Location") || first.header.Get("ETag") != again.header.Get("ETag") {
		t.Errorf("the second answer is %v %s", again.header, again.body)
	}
	p.want(422, "POST", deskAPI+"/articles", article) // without the key the slug is taken
	article["byline"] = "By another"
	if got := p.want(422, "POST", deskAPI+"/articles", article, key, "article").faults(); !strings.Contains(got["header.Idempotency-Key"], "another request") {
		t.Errorf("another body: faults %v", got)
	}
	p.want(422, "POST", deskAPI+"/articles?why=x", article, key, "article")
	for _, bad := range []string{strings.Repeat("k", 129), "a b", "ключ"} {
		if got := p.want(422, "POST", deskAPI+"/parties", object{"slug": "third", "name": "Third"}, key, bad).faults(); got["header.Idempotency-Key"] == "" {
			t.Errorf("the key %.20q: faults %v", bad, got)
		}
	}

	// What failed is not kept, and each account has keys of its own.
	p.want(422, "POST", deskAPI+"/parties", object{"slug": "third"}, key, "party")
	p.want(201, "POST", deskAPI+"/parties", object{"slug": "third", "name": "Third"}, key, "party")
	other.want(201, "POST", deskAPI+"/parties", object{"slug": "fourth", "name": "Fourth"}, key, "party")

	// Many at once are done once.
	claim := newClaim("carters", "", "eleven carts crossed before dawn")
	delete(claim, "stances")
	codes := make([]string, 8)
	var all sync.WaitGroup
	for i := range codes {
		all.Go(func() {
			if answer := p.ask("POST", deskAPI+"/articles/gazette-night/claims", claim, key, "claim"); answer.status == http.StatusCreated {
				codes[i] = answer.object()["code"].(string)
			}
		})
	}
	all.Wait()
	for _, code := range codes {
		if code == "" || code != codes[0] {
			t.Errorf("the answers are of the claims %v", codes)
			break
		}
	}
	db, err := pgx.Connect(t.Context(), s.db.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(t.Context()) }()
	var made int
	if err := db.QueryRow(t.Context(), `SELECT count(*) FROM claims WHERE article = 'gazette-night'`).Scan(&made); err != nil || made != 1 {
		t.Errorf("%d claims were made: %v", made, err)
	}

	// A publication is done once, too, and its second answer is the first.
	token := p.want(200, "GET", deskAPI+"/preview?facts=bridge-open", nil).object()["facts"].(array)[0].(object)["expect"]
	fact := p.want(200, "GET", deskAPI+"/facts/bridge-open", nil)
	changed := fact.object()
	changed["question"] = "Was the bridge open, and to whom?"
	p.want(200, "PUT", deskAPI+"/facts/bridge-open", changed, "If-Match", fact.header.Get("ETag"))
	publication := object{"facts": array{"bridge-open"}, "reason": "The question is plainer.", "kind": "update", "expect": object{"bridge-open": token}, "waiver": "One was on duty."}
	p.want(409, "POST", deskAPI+"/publish", publication, key, "publish") // it has changed since
	preview := p.want(200, "GET", deskAPI+"/preview?facts=bridge-open", nil).object()["facts"].(array)[0].(object)
	if preview["changes"] != 1.0 {
		t.Errorf("%v changes, want 1", preview["changes"])
	}
	publication["expect"] = object{"bridge-open": preview["expect"]}
	once := p.want(201, "POST", deskAPI+"/publish", publication, key, "publish")
	twice := p.want(201, "POST", deskAPI+"/publish", publication, key, "publish")
	if !bytes.Equal(once.body, twice.body) || !strings.Contains(string(once.body), `"number":2`) {
		t.Errorf("published %s, then %s", once.body, twice.body)
	}

	// After a day a key is free again.
	if _, err := db.Exec(t.Context(), `UPDATE api_keys SET made_at = now() - interval '25 hours'`); err != nil {
		t.Fatal(err)
	}
	p.want(201, "POST", deskAPI+"/parties", object{"slug": "fifth", "name": "Fifth"}, key, "party")
	var kept int
	if err := db.QueryRow(t.Context(), `SELECT count(*) FROM api_keys`).Scan(&kept); err != nil || kept != 1 {
		t.Errorf("%d answers are kept, want 1: %v", kept, err)
	}
}
