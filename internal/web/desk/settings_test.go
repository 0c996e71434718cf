package desk

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"counterclaim/internal/store"
)

// Admins see how the server is set up, and no secret of it.
func TestSettings(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.server.settings = Settings{
		Version: "counterclaim 1.2.3", Listen: "127.0.0.1:8080", Database: s.store.Server(), Contact: "desk@paper.example", Corpus: "embedded", LogKey: true, LogKeySet: true,
	}
	s.server.trusted = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	admin := s.as(store.RoleAdmin)
	told := func() (*goquery.Document, string) {
		doc := admin.get(settingsPath, http.StatusOK)
		var said []string
		doc.Find("main p, main dt").Each(func(_ int, e *goquery.Selection) { said = append(said, e.Text()) })
		return doc, strings.Join(said, " ")
	}
	doc, text := told()
	for _, want := range []string{
		"counterclaim 1.2.3", "Listens on 127.0.0.1:8080", "Environment variable ADDR", "Environment variable DATABASE_URL", "desk@paper.example", "the corpus that the program carries",
		"Asking other servers for articles and feeds off", "FETCH is not set", "Key that signs the log’s heads present", "It is in the file that LOG_KEY_FILE names", "10.0.0.0/8",
		"changed there, and by a restart", "at most 20 MiB", "Reached by https no",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not tell %q: %s", want, text)
		}
	}
	for _, url := range []string{s.db.URL, s.db.DeskURL, s.db.ReaderURL} {
		if strings.Contains(text, url) {
			t.Error("the page has a connection string")
		}
	}
	if doc.Find("main form, main input").Length() > 0 {
		t.Error("something can be changed on the page")
	}
	if admin.get("/desk", http.StatusOK).Find(`nav a[href="`+settingsPath+`"]`).Length() != 1 || s.as(store.RoleReviewer).get("/desk", http.StatusOK).Find(`nav a[href="`+settingsPath+`"]`).Length() != 0 {
		t.Error("the page stands in the navigation of others than admins, or not in theirs")
	}
	s.server.settings = Settings{DataDir: "/srv/claims", FetchSet: true, Corpus: "none"}
	_, text = told()
	for _, want := range []string{"A private Postgres that this program starts and stops", "/srv/claims", "FETCH says so", "not present", "nothing"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not tell %q: %s", want, text)
		}
	}
}
