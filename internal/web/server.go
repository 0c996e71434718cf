// Package web answers readers: it turns requests into questions to the store and the answers into pages and data. Its
// pages need no script and set no cookie. It knows nothing of SQL or of the environment.
package web

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/mail"
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/klauspost/compress/gzhttp"
	"github.com/maypok86/otter/v2"

	"counterclaim/internal/checkpoint"
	"counterclaim/internal/store"
	"counterclaim/internal/web/api"
	"counterclaim/internal/web/ui"
	"counterclaim/static"
)

// Options say what a server shows and where.
type Options struct {
	Store     *store.Store
	Log       *slog.Logger // nil discards it
	PublicURL string       // the site's own address, http or https, with which links for elsewhere begin; "" for [LaptopURL]
	Contact   string       // where readers report mistakes: a mail address or an address of http, https or mailto; "" for none
	Static    fs.FS        // files at its root; nil stands for those that the program carries
	// Signer signs the heads of the log; nil if this server does not.
	Signer *checkpoint.Signer
}

// LaptopURL is the address of a site that was told none: that of a server on one's own machine.
const LaptopURL = "http://127.0.0.1:8080"

// A Server answers readers. It may be used by several goroutines.
type Server struct {
	store     *store.Store
	log       *slog.Logger
	publicURL string
	contact   string
	reports   bool // see [Server.MountReport]
	assets    assets
	sheets    []sheet
	icon      string
	script    string // for copying; pages do without
	build     string // changes with the program and with what it was told of the site
	api       *api.API
	signer    *checkpoint.Signer // nil if it does not sign
	handler   http.Handler

	generation atomic.Pointer[store.Generation] // nil until [Server.Follow] knows it
	answers    *otter.Cache[answerKey, answer]
}

// New returns a server. The error says which option is at fault.
func New(o Options) (*Server, error) {
	s := &Server{store: o.Store, log: o.Log, signer: o.Signer}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	var err error
	if s.publicURL, err = publicAddress(cmp.Or(o.PublicURL, LaptopURL)); err != nil {
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
	if s.answers, err = newAnswers(); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	if s.build, err = program(); err != nil {
		return nil, fmt.Errorf("web: the program's own file: %w", err)
	}
	s.build += "\n" + s.publicURL + "\n" + s.contact + "\n" + s.assets.hash() + "\n" + s.verifier()
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
	crossOrigin.SetDenyHandler(s.page(none, func(http.ResponseWriter, *http.Request) error { return errCrossOrigin }))

	r := chi.NewRouter()
	r.Use(s.logRequests, s.recoverPanics, s.securityHeaders, s.refuseOddPaths, limitBody)
	r.Use(crossOrigin.Handler, middleware.GetHead)
	r.Use(func(next http.Handler) http.Handler { return uncompressed(compress(next), next) })
	r.NotFound(s.page(none, func(http.ResponseWriter, *http.Request) error { return errNoPage }))
	r.MethodNotAllowed(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", s.methodsOf(r.URL.Path))
		s.fail(w, r, errMethod)
	})

	r.Get("/", s.page(fresh, s.showHome))
	r.Get("/disputes/{slug}", s.page(fresh, s.showDispute))
	r.Get("/facts", s.page(fresh, s.listFacts))
	r.Get("/facts/{slug}", s.page(latest, s.showFact))
	r.Get("/facts/{slug}.{format}", s.page(latest, s.takeFact))
	r.Get("/facts/{slug}/editions", s.page(fresh, s.listEditions))
	r.Get("/facts/{slug}/editions/{number}", s.page(lasting, s.showEdition))
	r.Get("/facts/{slug}/editions/{number}.{format}", s.page(lasting, s.takeEdition))
	r.Get("/facts/{slug}/editions/{number}/paragraph", s.page(lasting, s.showParagraph))
	r.Get("/facts/{slug}/editions/{number}/share", s.page(lasting, s.shareEdition))
	r.Get("/facts/{slug}/changes/{range}", s.page(lasting, s.showChanges))
	r.Get("/claims/{code}", s.page(fresh, s.showClaim))
	r.Get("/claims/{code}.{format}", s.page(fresh, s.takeClaim))
	r.Get("/claims/{code}/share", s.page(fresh, s.shareClaim))
	r.Get("/articles", s.page(fresh, s.listArticles))
	r.Get("/articles/{slug}", s.page(fresh, s.showArticle))
	r.Get("/articles/{slug}.{format}", s.page(fresh, s.takeArticle))
	r.Get("/sources", s.page(fresh, s.listSources))
	r.Get("/sources/{slug}", s.page(fresh, s.showSource))
	r.Get("/parties", s.page(fresh, s.listParties))
	r.Get("/parties/{slug}", s.page(fresh, s.showParty))
	r.Get("/outlets", s.page(fresh, s.listOutlets))
	r.Get("/outlets/{slug}", s.page(fresh, s.showOutlet))
	r.Get("/events", s.page(fresh, s.listEvents))
	r.Get("/events/{slug}", s.page(fresh, s.showEvent))
	r.Get("/corrections", s.page(fresh, s.listCorrections))
	r.Get("/about", s.page(fresh, s.showAbout))
	r.Get("/about/method", s.page(fresh, s.showMethod))
	r.Get("/about/api", s.page(fresh, s.showAPI))

	r.Get("/timegate/facts/{slug}", s.page(none, s.showTimeGate))
	r.Get("/timemap/facts/{slug}", s.page(fresh, s.showTimeMap))
	r.Get("/feeds/facts.{format}", s.page(fresh, s.showFeed))
	r.Get("/feeds/facts/{slug}.{format}", s.page(fresh, s.showFactFeed))
	r.Get("/feeds/sources/{slug}.{format}", s.page(fresh, s.showSourceFeed))
	r.Get("/feeds/outlets/{slug}.{format}", s.page(fresh, s.showOutletFeed))
	r.Get("/feeds/corrections.{format}", s.page(fresh, s.showCorrectionsFeed))
	r.Get("/cards/site.png", shared(s.page(fresh, s.showSiteCard)))
	r.Get("/cards/facts/{slug}.png", shared(s.page(latest, s.showCard)))
	r.Get("/cards/facts/{slug}/editions/{number}.png", shared(s.page(lasting, s.showEditionCard)))
	r.Get("/embed/facts/{slug}", framed(s.page(latest, s.showEmbed)))
	r.Get("/embed/facts/{slug}/editions/{number}", framed(s.page(fresh, s.showEditionEmbed)))
	r.Get("/oembed", shared(s.page(fresh, s.showOEmbed)))
	r.Get("/sitemap.xml", s.page(fresh, s.showSitemap))
	r.Get("/robots.txt", s.page(fresh, s.showRobots))
	r.Get("/log", s.page(fresh, s.showLog))
	r.Get("/log/checkpoint", s.page(brief, s.showCheckpoint))
	if err := s.mountAPI(r); err != nil {
		return nil, err
	}

	r.Get("/livez", s.page(none, s.showAlive))
	r.Get("/readyz", s.page(none, s.showReady))
	r.Get("/static/*", s.page(none, s.showAsset))
	return r, nil
}

// DeskPath is where the editors' side is mounted.
const DeskPath = "/desk"

// Mount lets h answer all addresses under [DeskPath], behind what guards every answer of the site: its log, its headers, and
// the refusal of odd addresses and of forms of other sites. Bodies are neither bounded nor compressed there: h bounds them,
// and pages that hold secrets beside an editor's input are sent as they are (the attack BREACH). It must be called before
// the server is used.
func (s *Server) Mount(h http.Handler) {
	r := s.handler.(chi.Router)
	r.Handle(DeskPath, h)
	r.Handle(DeskPath+"/*", h)
}

// isDesk reports whether a request is for the editors' side, by a browser or a program.
func isDesk(r *http.Request) bool {
	return r.URL.Path == DeskPath || strings.HasPrefix(r.URL.Path, DeskPath+"/") || strings.HasPrefix(r.URL.Path, api.DeskPath+"/")
}

// uncompressed chooses between two handlers: plain for the editors' side, compressed for the rest.
func uncompressed(compressed, plain http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isDesk(r) {
			plain.ServeHTTP(w, r)
			return
		}
		compressed.ServeHTTP(w, r)
	})
}

// Asset returns the address of a static file, which holds its hash. The error says that there is no such file.
func (s *Server) Asset(name string) (string, error) { return s.assets.url(name) }

// Absolute returns an address of ours, which begins with "/", as others link to it.
func (s *Server) Absolute(path string) string { return s.absolute(path) }

// RequestID returns the name that a request has in the site's log.
func RequestID(r *http.Request) string { return requestID(r) }

// Routes returns the addresses that the server answers to readers, as patterns, in the order of the site's map.
func (s *Server) Routes() []string {
	var patterns []string
	_ = chi.Walk(s.handler.(chi.Routes), func(_, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if !strings.HasPrefix(route, api.DeskPath+"/") {
			patterns = append(patterns, route)
		}
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
	if s.icon, err = s.assets.url("mark.svg"); err != nil {
		return err
	}
	s.script, err = s.assets.url("copy.js")
	return err
}

// layout is the frame of a page; skip names what the link before all others leads to.
func (s *Server) layout(r *http.Request, title string) layout {
	l := layout{
		Title:  title + " – Counterclaim",
		Path:   r.URL.Path,
		Skip:   ui.Link{Text: "Skip to the content", Href: "#content"},
		Sheets: s.sheets,
		Icon:   s.icon,
		desk:   helpdesk{s.contact, s.publicURL, s.reports},
		Meta:   s.newMeta(r, title),
	}
	l.isAbout(canonicalAddress(r.URL))
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

// absolute returns an address of ours as others link to it.
func (s *Server) absolute(path string) string { return s.publicURL + path }

var errAddress = errors.New("is not an absolute address of http or https")

// publicAddress checks the site's own address and takes a slash from its end.
func publicAddress(address string) (string, error) {
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
