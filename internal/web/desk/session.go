package desk

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-chi/chi/v5/middleware"

	"counterclaim/internal/store"
	"counterclaim/internal/web"
)

// The names of the cookies: one holds a session's token, the other that of a login which waits for a code. Over https a name
// binds its cookie to this host and to https (RFC 6265bis, 4.1.3.2); on one's own machine, where there is no https, it cannot.
// They are sent with links from elsewhere (SameSite=Lax), since much of an editor's work begins with a link in a mail; no
// address changes anything by GET, and forms of other sites are refused before they come here.
const (
	secureCookie = "__Host-desk"
	plainCookie  = "desk"
	loginSuffix  = "-login"
)

// loginSeconds is how long a browser keeps the cookie of a login that waits for a code.
const loginSeconds = 5 * 60

// LoginPath is where one logs in.
const LoginPath = "/desk/login"

// isSecure reports whether a request came by https, here or at the proxy that the site's own address tells of.
func (s *Server) isSecure(r *http.Request) bool { return s.secure || r.TLS != nil }

// isLoopback reports whether a request is from a browser on this machine to an address of this machine, with no proxy between
// them that tells of itself.
func isLoopback(r *http.Request) bool {
	for _, sign := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip"} {
		if r.Header.Get(sign) != "" {
			return false
		}
	}
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	return (host == "localhost" || net.ParseIP(host).IsLoopback()) && err == nil && from.Addr().Unmap().IsLoopback()
}

// mayLogIn reports whether what is typed on the way here is safe: on https, and on one's own machine.
func (s *Server) mayLogIn(r *http.Request) bool { return s.isSecure(r) || isLoopback(r) }

// clientAddress returns the middleware that finds out where a request comes from. Only proxies that the operator has named are
// believed.
func clientAddress(trusted []netip.Prefix) func(http.Handler) http.Handler {
	if len(trusted) == 0 {
		return middleware.ClientIPFromRemoteAddr
	}
	list := make([]string, len(trusted))
	for i, p := range trusted {
		list[i] = p.String()
	}
	return middleware.ClientIPFromXFF(list...)
}

// addressOf returns where a request comes from, the zero address if that is not known.
func addressOf(r *http.Request) netip.Addr { return middleware.GetClientIPAddr(r.Context()) }

// cookieName is the name of the session's cookie for a request.
func (s *Server) cookieName(r *http.Request) string {
	if s.isSecure(r) {
		return secureCookie
	}
	return plainCookie
}

// setCookie gives the browser a token, for so many seconds or, for 0, until it is closed; less than 0 takes it away.
func (s *Server) setCookie(w http.ResponseWriter, r *http.Request, name, token string, seconds int) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: token, Path: "/", MaxAge: seconds, HttpOnly: true, Secure: s.isSecure(r), SameSite: http.SameSiteLaxMode,
	})
}

// startSession begins a session of an account, and gives the browser its token in the place of any other.
func (s *Server) startSession(w http.ResponseWriter, r *http.Request, account string) error {
	token, err := s.store.StartSession(r.Context(), account, deviceOf(r))
	if err != nil {
		return err
	}
	s.setCookie(w, r, s.cookieName(r), token, 0)
	return nil
}

// sessionToken returns the token that a browser has sent, "" for none.
func (s *Server) sessionToken(r *http.Request) string { return cookieValue(r, s.cookieName(r)) }

// loginToken returns the token of the login that waits for a code, "" for none.
func (s *Server) loginToken(r *http.Request) string {
	return cookieValue(r, s.cookieName(r)+loginSuffix)
}

func cookieValue(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil || len(c.Value) > 100 {
		return ""
	}
	return c.Value
}

// account returns who has sent a request. The error is [store.ErrNotFound] if nobody known has.
func (s *Server) account(r *http.Request) (store.Account, error) {
	token := s.sessionToken(r)
	if token == "" {
		return store.Account{}, store.ErrNotFound
	}
	return s.store.Session(r.Context(), token)
}

// anyone makes a handler of h for every account that is logged in, also one that must set up its second factor first.
func (s *Server) anyone(h handlerFunc) http.HandlerFunc {
	return s.known(func(w http.ResponseWriter, r *http.Request) error {
		if err := readForm(w, r); err != nil {
			return err
		}
		if problems := unfitFields(r.PostForm); len(problems) > 0 {
			return &unfitForm{problems}
		}
		return h(w, r)
	})
}

// known makes a handler of h for whoever is logged in, who is then known to it by [accountOf]. Who is not is led to where one
// logs in.
func (s *Server) known(h handlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a, err := s.account(r)
		switch {
		case errors.Is(err, store.ErrNotFound):
			err = s.parted(w, r)
		case err == nil:
			r = r.WithContext(context.WithValue(r.Context(), accountKey{}, a))
			err = h(w, r)
		}
		if err != nil {
			s.fail(w, r, err)
		}
	}
}

// loginFirst leads somebody who is not logged in to where one logs in, and back again for a page that can be asked for again.
// A script is told so by the status.
func (s *Server) loginFirst(r *http.Request) error {
	if path.Ext(r.URL.Path) == ".json" {
		return errUnknown
	}
	to := LoginPath
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		to = withNext(to, r.URL.RequestURI())
	}
	return &redirect{to}
}

// withNext adds to an address where to go on afterwards, if that is elsewhere than at the desk's first page.
func withNext(to, next string) string {
	if next = safeNext(next); next == web.DeskPath {
		return to
	}
	return to + "?next=" + url.QueryEscape(next)
}

// longestNext is the largest length of an address to go on to, in bytes.
const longestNext = 1000

// safeNext returns an address to go on to after the login: the given one if it is of the desk, else the desk's first page.
// Anybody can send an editor to the login with an address of their own choice.
func safeNext(next string) string {
	u, err := url.Parse(next)
	switch {
	case err != nil, len(next) > longestNext, !utf8.ValidString(next), u.IsAbs(), u.Host != "", u.User != nil, u.Opaque != "",
		strings.Contains(next, `\`), strings.ContainsFunc(next, unicode.IsControl), strings.ContainsFunc(u.Path, unicode.IsControl),
		strings.Contains(u.Path, `\`), strings.Contains(u.Path, "//"), path.Clean(u.Path) != u.Path,
		u.Path != web.DeskPath && !strings.HasPrefix(u.Path, web.DeskPath+"/"),
		u.Path == LoginPath || strings.HasPrefix(u.Path, LoginPath+"/"), strings.HasPrefix(u.Path, StartPath("")):
		return web.DeskPath
	}
	return next
}

// browsers and systems are by what one is known in the header User-Agent, in the order in which it is looked for: many name
// others besides themselves.
var (
	browsers = [][2]string{
		{"Edg", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"Chrome/", "Chrome"}, {"CriOS/", "Chrome"},
		{"Safari/", "Safari"},
	}
	systems = [][2]string{
		{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS X", "Mac"}, {"CrOS", "Chromebook"},
		{"Linux", "Linux"},
	}
)

// longestDevice is how much is kept of the name of a program that is no known browser, in characters.
const longestDevice = 40

// deviceOf returns what a browser is to be known by in its owner's list of sessions, such as "Firefox on Linux".
func deviceOf(r *http.Request) string {
	agent := r.UserAgent()
	find := func(names [][2]string) string {
		for _, n := range names {
			if strings.Contains(agent, n[0]) {
				return n[1]
			}
		}
		return ""
	}
	browser, system := find(browsers), find(systems)
	switch {
	case browser != "" && system != "":
		return browser + " on " + system
	case browser != "":
		return browser
	}
	var name []rune
	for _, c := range strings.ToValidUTF8(agent, "") {
		if len(name) < longestDevice && unicode.IsPrint(c) {
			name = append(name, c)
		}
	}
	if len(name) == 0 {
		return "a browser that does not say its name"
	}
	return string(name)
}
