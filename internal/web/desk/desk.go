// Package desk answers editors: it takes articles in, lets claims be tagged, nouns be edited, and editions be reviewed and
// published. All of it lies under /desk and needs an account; nothing else of the site sets a cookie. It knows nothing of SQL
// or of the environment.
package desk

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"counterclaim/internal/store"
	"counterclaim/internal/web"
)

// Options say what a desk works on.
type Options struct {
	Site      *web.Server // whose style sheets it uses and in whose log it writes
	Store     *store.Store
	Log       *slog.Logger // nil discards it
	PublicURL string       // the site's own address; with https cookies are bound to it
	// TrustedProxies are the networks of proxies before the server, whose X-Forwarded-For is believed; none by default.
	TrustedProxies []netip.Prefix
	Client         Fetcher          // asks other servers for articles and feeds; nil if that is off
	Now            func() time.Time // nil for [time.Now]
	Settings       Settings         // what admins are told of the server's settings
}

// A Server answers editors. It may be used by several goroutines.
type Server struct {
	site   *web.Server
	store  *store.Store
	log    *slog.Logger
	secure bool // reached by https, as far as the site's own address says

	publicURL string // the site's own address, "" if it is not known
	secureURL string // that if it is of https, else ""
	settings  Settings
	trusted   []netip.Prefix // networks of proxies
	client    Fetcher        // nil if fetching is off
	now       func() time.Time
	sheets    []string
	icon      string
	script    string
	handler   chi.Router
}

// New returns a desk. The error says which option is at fault.
func New(o Options) (*Server, error) {
	if o.Site == nil || o.Store == nil {
		return nil, errors.New("desk: Site and Store are needed")
	}
	s := &Server{site: o.Site, store: o.Store, log: o.Log, now: o.Now, trusted: o.TrustedProxies, client: o.Client, publicURL: o.PublicURL, settings: o.Settings}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.now == nil {
		s.now = time.Now
	}
	u, err := url.Parse(o.PublicURL)
	if err != nil {
		return nil, fmt.Errorf("desk: PublicURL: %w", err)
	}
	if u.Scheme == "https" {
		s.secure, s.secureURL = true, strings.TrimRight(o.PublicURL, "/")
	}
	if err := s.linkAssets(); err != nil {
		return nil, fmt.Errorf("desk: %w", err)
	}
	s.handler = s.routes()
	return s, nil
}

// linkAssets finds the files that every page names.
func (s *Server) linkAssets() (err error) {
	for _, name := range []string{"site.css", "fact.css", "desk.css"} {
		href, err := s.site.Asset(name)
		if err != nil {
			return err
		}
		s.sheets = append(s.sheets, href)
	}
	if s.icon, err = s.site.Asset("mark.svg"); err != nil {
		return err
	}
	s.script, err = s.site.Asset("desk.js")
	return err
}

// ServeHTTP answers a request under [web.DeskPath].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// routes is the desk's map: every address, the least role that may use it, and the method that answers.
func (s *Server) routes() chi.Router {
	r := chi.NewRouter()
	r.Use(clientAddress(s.trusted), s.guard)
	r.NotFound(s.page(store.RoleReader, func(http.ResponseWriter, *http.Request) error { return errNoPage }))
	r.MethodNotAllowed(s.page(store.RoleReader, func(http.ResponseWriter, *http.Request) error { return errMethod }))

	r.Get("/desk", s.page(store.RoleReader, s.showInbox))

	// accounts
	r.Get(LoginPath, s.open(s.showLogin))
	r.Post(LoginPath, s.open(s.logIn))
	r.Get(codePath, s.open(s.showCode))
	r.Post(codePath, s.open(s.finishLogin))
	r.Post(logoutPath, s.anyone(s.logOut))
	r.Get("/desk/start/{token}", s.open(s.showStart))
	r.Post("/desk/start/{token}", s.open(s.start))
	r.Get(factorPath, s.anyone(s.showFactor))
	r.Post(factorPath, s.anyone(s.beginFactor))
	r.Post(factorPath+"/confirm", s.anyone(s.confirmFactor))
	r.Get(accountPath, s.page(store.RoleReader, s.showAccount))
	r.Post(accountPath+"/password", s.page(store.RoleReader, s.changePassword))
	r.Post(accountPath+"/codes", s.page(store.RoleReader, s.renewCodes))
	r.Post(accountPath+"/sessions", s.page(store.RoleReader, s.endSession))
	r.Post(accountPath+"/keys", s.page(store.RoleReader, s.setKeys))
	r.Post(accountPath+"/tokens", s.form(store.RoleReader, s.makeToken))
	r.Post(accountPath+"/tokens/end", s.page(store.RoleReader, s.endToken))
	r.Get(settingsPath, s.page(store.RoleAdmin, s.showSettings))
	r.Get(accountsPath, s.page(store.RoleAdmin, s.listAccounts))
	r.Post(accountsPath, s.page(store.RoleAdmin, s.addAccount))
	r.Get(accountsPath+"/{name}", s.page(store.RoleAdmin, s.showAccountAdmin))
	r.Post(accountsPath+"/{name}/role", s.page(store.RoleAdmin, s.setRole))
	r.Post(accountsPath+"/{name}/reset", s.page(store.RoleAdmin, s.makeLink))
	r.Post(accountsPath+"/{name}/sessions", s.page(store.RoleAdmin, s.endSessions))
	r.Post(accountsPath+"/{name}/disable", s.page(store.RoleAdmin, s.disableAccount))
	r.Post(accountsPath+"/{name}/enable", s.page(store.RoleAdmin, s.enableAccount))

	// intake
	r.Get(newArticlePath, s.page(store.RoleContributor, s.showNewArticle))
	r.Post(newArticlePath, s.upload(store.RoleContributor, s.receiveArticle))
	r.Get(arrivalsPath, s.page(store.RoleContributor, s.listArrivals))
	r.Get(arrivalsPath+"/{id}", s.page(store.RoleContributor, s.showArrival))
	r.Post(arrivalsPath+"/{id}", s.page(store.RoleContributor, s.workOnArrival))
	r.Get(arrivalsPath+"/{id}/original", s.page(store.RoleContributor, s.downloadArrival))
	r.Get(arrivalsPath+"/{id}/recording", s.page(store.RoleContributor, s.downloadRecording))
	r.Post(arrivalsPath+"/{id}/fetch", s.page(store.RoleContributor, s.fetchArrival))
	r.Post(arrivalsPath+"/{id}/dismiss", s.page(store.RoleContributor, s.dismissArrival))
	r.Post(arrivalsPath+"/{id}/out", s.page(store.RoleContributor, s.takeOutArrival))
	r.Get(subscriptionsPath, s.page(store.RoleContributor, s.listSubscriptions))
	r.Post(subscriptionsPath, s.page(store.RoleEditor, s.subscribe))
	r.Post(subscriptionsPath+"/{id}/check", s.page(store.RoleContributor, s.checkSubscription))
	r.Post(subscriptionsPath+"/{id}/remove", s.page(store.RoleEditor, s.unsubscribe))
	r.Get("/desk/articles/{slug}/captures", s.page(store.RoleContributor, s.showCaptures))
	r.Post("/desk/articles/{slug}/recording", s.upload(store.RoleContributor, s.addRecording))
	r.Post("/desk/articles/{slug}/embargo", s.page(store.RoleEditor, s.setEmbargo))
	r.Get("/desk/articles/{slug}/captures/new", s.page(store.RoleContributor, s.showNewText))
	r.Post("/desk/articles/{slug}/captures", s.upload(store.RoleContributor, s.receiveText))
	r.Post("/desk/articles/{slug}/archive", s.page(store.RoleContributor, s.addArchiveCopy))
	r.Get(reanchorPath, s.page(store.RoleContributor, s.listAdrift))
	r.Get("/desk/articles/{slug}/reanchor", s.page(store.RoleContributor, s.showDrifts))
	r.Post("/desk/claims/{code}/reanchor", s.page(store.RoleContributor, s.reanchorClaim))

	// tagging
	r.Get("/desk/articles/{slug}/tag", s.page(store.RoleContributor, s.showTagging))
	r.Post("/desk/articles/{slug}/tag", s.form(store.RoleContributor, s.saveTagging))
	r.Get("/desk/claims/{code}", s.page(store.RoleContributor, s.showClaim))
	r.Post("/desk/claims/{code}", s.form(store.RoleContributor, s.saveClaim))
	r.Post("/desk/claims/{code}/undo", s.page(store.RoleContributor, s.undoClaim))
	r.Post("/desk/articles/{slug}/readings", s.page(store.RoleContributor, s.enterReading))
	r.Post("/desk/claims/{code}/delete", s.page(store.RoleEditor, s.deleteClaim))
	r.Get("/desk/facts/{slug}/move", s.page(store.RoleEditor, s.showMove))
	r.Post("/desk/facts/{slug}/move", s.page(store.RoleEditor, s.moveClaims))

	// joining
	r.Get("/desk/claims/{code}/join", s.page(store.RoleContributor, s.showJoin))
	r.Post("/desk/claims/{code}/join", s.page(store.RoleContributor, s.join))
	r.Post("/desk/claims/{code}/part", s.page(store.RoleContributor, s.part))

	// nouns
	s.nounRoutes(r)
	// publishing
	r.Get("/desk/facts/{slug}/review", s.page(store.RoleContributor, s.showReview))
	r.Post("/desk/facts/{slug}/review/sign", s.page(store.RoleReviewer, s.signOff))
	r.Post("/desk/facts/{slug}/review/ask", s.page(store.RoleContributor, s.askForReview))
	r.Post("/desk/facts/{slug}/review/status", s.page(store.RoleEditor, s.saveStatus))
	r.Get(publishPath, s.page(store.RoleEditor, s.showPublish))
	r.Post(publishPath, s.page(store.RoleEditor, s.publish))
	r.Get("/desk/facts/{slug}/withdraw", s.page(store.RoleEditor, s.showWithdraw))
	r.Post("/desk/facts/{slug}/withdraw", s.page(store.RoleEditor, s.withdraw))
	r.Get("/desk/newsroom", s.page(store.RoleReader, s.showNewsrooms))
	r.Get("/desk/facts/{slug}/newsroom", s.page(store.RoleReader, s.listNewsroom))
	r.Post("/desk/facts/{slug}/newsroom", s.page(newsroomRole, s.makeNewsroom))
	r.Get("/desk/facts/{slug}/newsroom/{number}", s.page(store.RoleReader, s.showNewsroom))
	r.Get("/desk/facts/{slug}/newsroom/{number}/changes", s.page(store.RoleReader, s.showNewsroomChanges))

	// together
	s.togetherRoutes(r)
	s.proposalRoutes(r)
	return r
}
