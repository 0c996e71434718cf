// Package web answers readers: it turns requests into questions to the store and the answers into pages and data. Its
// pages need no script and set no cookie. It knows nothing of SQL or of the environment.
package web

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/mail"
	"net/url"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/klauspost/compress/gzhttp"
	"github.com/maypok86/otter/v2"

	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
	"counterclaim/static"
)

// Options say what a server shows and where.
type Options struct {
	Store     *store.Store
	Log       *slog.Logger // nil discards it
	PublicURL string       // the site's own address, http or https, with which citations begin; "" if it is not known
	Contact   string       // where readers report mistakes: a mail address or an address of http, https or mailto; "" for none
	Static    fs.FS        // files at its root; nil stands for those that the program carries
}

// A Server answers readers. It may be used by several goroutines.
type Server struct {
	store     *store.Store
	log       *slog.Logger
	publicURL string
	contact   string
	assets    assets
	sheets    []sheet
	icon      string
	editions  *otter.Cache[editionKey, htmlPage]
	handler   http.Handler
}

// New returns a server. The error says which option is at fault.
func New(o Options) (*Server, error) {
	s := &Server{store: o.Store, log: o.Log}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	var err error
	if s.publicURL, err = publicAddress(o.PublicURL); err != nil {
		return nil, fmt.Errorf("web: PublicURL: %w", err)
	}
	if s.contact, err = contactAddress(o.Contact); err != nil {
		return nil, fmt.Errorf("web: Contact: %w", err)
	}
	files := o.Static
	if files == nil {
		files = static.FS
	}
	if s.assets, err = newAssets(files); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	if err := s.linkAssets(); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	if s.editions, err = newEditions(); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	if s.handler, err = s.routes(); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	return s, nil
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// routes is the site's map: every address and the method that answers it.
func (s *Server) routes() (http.Handler, error) {
	compress, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.SuffixETag(encodingSuffix))
	if err != nil {
		return nil, err
	}
	crossOrigin := http.NewCrossOriginProtection()
	crossOrigin.SetDenyHandler(s.page(func(http.ResponseWriter, *http.Request) error { return errCrossOrigin }))

	r := chi.NewRouter()
	r.Use(s.logRequests, s.recoverPanics, securityHeaders, s.refuseOddPaths, limitBody)
	r.Use(crossOrigin.Handler, middleware.GetHead)
	r.Use(func(next http.Handler) http.Handler { return compress(next) })
	r.NotFound(s.page(func(http.ResponseWriter, *http.Request) error { return errNoPage }))
	r.MethodNotAllowed(s.page(func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Allow", "GET, HEAD")
		return errMethod
	}))

	r.Get("/", s.page(s.showHome))
	r.Get("/disputes/{slug}", s.page(s.showDispute))
	r.Get("/facts", s.page(s.listFacts))
	r.Get("/facts/{slug}", s.page(s.showFact))
	r.Get("/facts/{slug}.json", s.page(s.showFactData))
	r.Get("/facts/{slug}/editions/{number}", s.page(s.showEdition))
	r.Get("/facts/{slug}/editions/{number}.json", s.page(s.showEditionData))
	r.Get("/claims/{code}", s.page(s.showClaim))
	r.Get("/articles", s.page(s.listArticles))
	r.Get("/articles/{slug}", s.page(s.showArticle))
	r.Get("/sources", s.page(s.listSources))
	r.Get("/sources/{slug}", s.page(s.showSource))
	r.Get("/parties", s.page(s.listParties))
	r.Get("/parties/{slug}", s.page(s.showParty))
	r.Get("/outlets", s.page(s.listOutlets))
	r.Get("/outlets/{slug}", s.page(s.showOutlet))
	r.Get("/events", s.page(s.listEvents))
	r.Get("/events/{slug}", s.page(s.showEvent))
	r.Get("/about", s.page(s.showAbout))
	r.Get("/about/method", s.page(s.showMethod))

	r.Get("/livez", s.page(s.showAlive))
	r.Get("/readyz", s.page(s.showReady))
	r.Get("/static/*", s.page(s.showAsset))
	return r, nil
}

// Routes returns the addresses that the server answers, as patterns, in the order of the site's map.
func (s *Server) Routes() []string {
	var patterns []string
	_ = chi.Walk(s.handler.(chi.Routes), func(_, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		patterns = append(patterns, route)
		return nil
	})
	return patterns
}

// linkAssets finds the files that every page names.
func (s *Server) linkAssets() (err error) {
	s.sheets = []sheet{{"site.css", "all"}, {"fact.css", "all"}, {"print.css", "print"}}
	for i, name := range s.sheets {
		if s.sheets[i].Href, err = s.assets.url(name.Href); err != nil {
			return err
		}
	}
	s.icon, err = s.assets.url("mark.svg")
	return err
}

// layout is the frame of a page; skip names what the link before all others leads to.
func (s *Server) layout(r *http.Request, title string) layout {
	l := layout{
		Title:   title + " – Counterclaim",
		Skip:    ui.Link{Text: "Skip to the content", Href: "#content"},
		Sheets:  s.sheets,
		Icon:    s.icon,
		Contact: s.contact,
	}
	if title == "" {
		l.Title = "Counterclaim"
	}
	for _, n := range []ui.Link{
		{Text: "Facts", Href: ui.FactsPath}, {Text: "Articles", Href: ui.ArticlesPath}, {Text: "Sources", Href: ui.SourcesPath},
		{Text: "Parties", Href: ui.PartiesPath}, {Text: "Outlets", Href: ui.OutletsPath}, {Text: "Occasions", Href: ui.EventsPath},
		{Text: "Method", Href: ui.MethodPath},
	} {
		l.Nav = append(l.Nav, navLink{Link: n, Here: r.URL.Path == n.Href || strings.HasPrefix(r.URL.Path, n.Href+"/")})
	}
	return l
}

var errAddress = errors.New("is not an absolute address of http or https")

// publicAddress checks the site's own address and takes a slash from its end.
func publicAddress(address string) (string, error) {
	if address == "" {
		return "", nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return "", fmt.Errorf("%q %w", address, errAddress)
	}
	return strings.TrimRight(address, "/"), nil
}

// contactAddress makes a link of the place where readers report mistakes.
func contactAddress(contact string) (string, error) {
	if contact == "" {
		return "", nil
	}
	bare := strings.TrimPrefix(contact, "mailto:")
	if a, err := mail.ParseAddress(bare); err == nil && a.Name == "" {
		return "mailto:" + a.Address, nil
	}
	u, err := url.Parse(contact)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return "", fmt.Errorf("%q is no mail address and %w", contact, errAddress)
	}
	return contact, nil
}
