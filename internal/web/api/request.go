package api

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"
)

// openToAll lets pages of every other site read the answers (Fetch standard, 3.2), and answers when their browsers ask
// whether they may. Nobody is known here, so that there is nothing to be kept from them. The desk's operations are closed to
// other sites.
func openToAll(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		if isDesk(r) {
			h.Set("Cache-Control", "no-store")
			next.ServeHTTP(w, r)
			return
		}
		open(h)
		if r.Method != http.MethodOptions {
			next.ServeHTTP(w, r)
			return
		}
		h.Set("Allow", "GET, HEAD, OPTIONS")
		h.Set("Access-Control-Allow-Methods", "GET, HEAD")
		h.Set("Access-Control-Allow-Headers", "Accept, If-None-Match")
		h.Set("Access-Control-Max-Age", "86400")
		w.WriteHeader(http.StatusNoContent)
	})
}

// open says of an answer that pages of every site may read it.
func open(h http.Header) {
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "ETag, Link, Retry-After")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
}

// refuseMethod answers where a path has other methods than the one that was asked for, and names them.
func refuseMethod(routes chi.Routes) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		allowed, path := "GET, HEAD", strings.TrimPrefix(r.URL.Path, "/api")
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete} {
			if routes.Match(chi.NewRouteContext(), method, path) {
				allowed += ", " + method
			}
		}
		if !routes.Match(chi.NewRouteContext(), http.MethodGet, path) {
			allowed = strings.TrimPrefix(allowed, "GET, HEAD, ")
		}
		w.Header().Set("Allow", allowed)
		Refuse(w, r, http.StatusMethodNotAllowed, "This address answers "+allowed+" only.")
	}
}

// checkQuery refuses a query that cannot be read, and parameters that the operation does not have or has once only, so
// that no answer is kept twice under addresses that mean the same. It puts what is left in order, and takes away the
// media types that were asked for, for there is only one.
func (a *API) checkQuery(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			Refuse(w, r, http.StatusBadRequest, badQuery)
			return
		}
		known := a.parameters[strings.TrimPrefix(chi.RouteContext(r.Context()).RoutePattern(), "/api")]
		var faults []Fault
		for name, values := range query {
			fault := Fault{Location: "query." + strings.ToValidUTF8(name, "\uFFFD")}
			switch {
			case !slices.Contains(known, name):
				fault.Detail = "unknown query parameter"
			case len(values) > 1:
				fault.Detail = fmt.Sprintf("given %d times", len(values))
			case !utf8.ValidString(values[0]) || strings.Contains(values[0], "\x00"):
				fault.Detail = "expected text in UTF-8 without the character NUL"
			default:
				if values[0] == "" {
					query.Del(name)
				}
				continue
			}
			faults = append(faults, fault)
		}
		if len(faults) > 0 {
			slices.SortFunc(faults, func(a, b Fault) int { return strings.Compare(a.Location, b.Location) })
			refuse(w, r, unfit(faults[:min(len(faults), mostFaults)]...))
			return
		}
		r = r.Clone(r.Context())
		r.URL.RawQuery = query.Encode()
		r.Header.Del("Accept")
		next.ServeHTTP(w, r)
	})
}

// mostFaults bounds what is said of a request.
const mostFaults = 20

// defaultLimit is how many items a part of a list has that was not asked for more or fewer.
const defaultLimit = 50

// Paging is how a part of a list is asked for.
type Paging struct {
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"The greatest number of items in the answer." example:"20"`
	After string `query:"after" maxLength:"200" doc:"Where the part begins: the mark that the link to it has. Marks are not to be made up; follow the link next."`
}

// query writes how the list is asked for, with the filters, given as names and values by turns, that are not empty.
func (p Paging) query(filters ...string) url.Values {
	query := url.Values{}
	for i := 0; i < len(filters); i += 2 {
		if filters[i+1] != "" {
			query.Set(filters[i], filters[i+1])
		}
	}
	if p.Limit != defaultLimit {
		query.Set("limit", strconv.Itoa(p.Limit))
	}
	if p.After != "" {
		query.Set("after", p.After)
	}
	return query
}
