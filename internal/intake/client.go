package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strings"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
)

// The bounds of what is fetched.
const (
	MaxFetched   = 5 << 20 // bytes, after decompression
	MaxRedirects = 3
	MaxWait      = 10 * time.Second // for all of it, waiting for a turn included
	maxAtOnce    = 4
)

// Errors of [Client.Fetch], to be tested for with [errors.Is]. [ErrTimeout] is one of [Read], too.
var (
	ErrAddress          = errors.New("the address cannot be used")
	ErrForbiddenAddress = errors.New("the address may not be asked for")
	ErrStatus           = errors.New("the server did not give the page")
	ErrMediaType        = errors.New("the server sent something that is not read")
	ErrTimeout          = errors.New("it took too long")
	ErrUnreachable      = errors.New("the server cannot be reached")
)

// A FetchError is the error of every fetch that fails. Its text may be shown to an editor: it holds nothing that the
// server sent but its status, and nothing of this machine's network.
type FetchError struct {
	Kind   error  // one of the errors above, or [ErrTooLarge]
	Detail string // more in words; may be ""
	Cause  error  // for the log only: it may name addresses; may be nil
}

// Error returns the kind and the detail.
func (e *FetchError) Error() string {
	if e.Detail == "" {
		return "intake: " + e.Kind.Error()
	}
	return "intake: " + e.Kind.Error() + ": " + e.Detail
}

// Unwrap returns the kind.
func (e *FetchError) Unwrap() error { return e.Kind }

func fetchError(kind error, detail string, cause error) error {
	return &FetchError{kind, detail, cause}
}

// Options say how a [Client] behaves.
type Options struct {
	UserAgent string   // the program with its version; "" is "Counterclaim"
	Contact   string   // whom the owner of a site can write to; sent along, "" for nobody
	Own       []string // names of servers that are this site itself, with or without a port; they are refused
}

// A Client is the only way in which the program asks other servers for anything. It may be used by many goroutines, of
// which a few at a time are served.
//
// It speaks http and https on ports 80 and 443 only, through no proxy; it never reaches an address that is not public,
// however the name was spelled, whatever it resolves to and whoever redirects there, since the address is checked when
// it is dialled. It sends no cookies, no credentials and no referrer.
type Client struct {
	http      *http.Client
	dialer    *net.Dialer
	guard     func(network, address string, c syscall.RawConn) error
	ports     map[string]bool
	own       map[string]bool
	userAgent string
	turns     chan struct{}
}

// NewClient makes a client.
func NewClient(o Options) *Client {
	c := &Client{
		// What IANA's registries do not reserve but a cloud provider uses for its own.
		guard: ssrf.New(ssrf.WithDeniedV4Prefixes(netip.MustParsePrefix("168.63.129.16/32"))).Safe,
		ports: map[string]bool{"": true, "80": true, "443": true},
		own:   map[string]bool{},
		turns: make(chan struct{}, maxAtOnce),
	}
	c.userAgent = first(o.UserAgent, "Counterclaim")
	if o.Contact != "" {
		c.userAgent += " (" + o.Contact + ")"
	}
	c.userAgent = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, c.userAgent)
	for _, host := range o.Own {
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		c.own[strings.ToLower(strings.Trim(host, "[]."))] = true
	}
	c.dialer = &net.Dialer{
		Timeout: 5 * time.Second,
		// Asked for every address that a name resolves to, at the moment of dialling.
		Control: func(network, address string, raw syscall.RawConn) error { return c.guard(network, address, raw) },
	}
	c.http = &http.Client{
		CheckRedirect: c.redirect,
		Transport: &http.Transport{
			Proxy: nil, DialContext: c.dialer.DialContext, TLSHandshakeTimeout: 5 * time.Second, DisableKeepAlives: true,
			MaxResponseHeaderBytes: 64 << 10,
		},
	}
	return c
}

// redirect checks each address that a server redirects to as if it had been asked for.
func (c *Client) redirect(r *http.Request, via []*http.Request) error {
	if len(via) > MaxRedirects {
		return fetchError(ErrStatus, fmt.Sprintf("it redirects more than %d times", MaxRedirects), nil)
	}
	r.Header.Del("Referer")
	_, err := c.checkAddress(r.URL.String())
	return err
}

// Fetch asks for an address and returns what its server sent, decompressed, with the address that it came from in the
// end. All errors are of the type [FetchError], or of the context.
func (c *Client) Fetch(ctx context.Context, address string) (Received, error) {
	u, err := c.checkAddress(strings.TrimSpace(address))
	if err != nil {
		return Received{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, MaxWait)
	defer cancel()
	select {
	case c.turns <- struct{}{}:
		defer func() { <-c.turns }()
	case <-ctx.Done():
		return Received{}, failed(ctx, ctx.Err())
	}
	received, err := c.get(ctx, u)
	if err != nil {
		return Received{}, failed(ctx, err)
	}
	return received, nil
}

// get asks, once it may.
func (c *Client) get(ctx context.Context, u *url.URL) (Received, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return Received{}, fetchError(ErrAddress, "it is not well formed", err)
	}
	request.Header.Set("User-Agent", c.userAgent)
	request.Header.Set("Accept", "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/pdf, "+
		"application/json;q=0.9, text/vtt;q=0.9, text/plain;q=0.8, application/xml;q=0.8")
	response, err := c.http.Do(request)
	if err != nil {
		return Received{}, err
	}
	defer func() { _ = response.Body.Close() }() // of no use any more, whatever it says
	if response.StatusCode != http.StatusOK {
		return Received{}, fetchError(ErrStatus, status(response.StatusCode), nil)
	}
	mediaType := response.Header.Get("Content-Type")
	if encoding := response.Header.Get("Content-Encoding"); encoding != "" {
		return Received{}, fetchError(ErrMediaType, "it is compressed in a way that was not asked for", nil)
	}
	if mediaType != "" && !isRead(mediaType) {
		return Received{}, fetchError(ErrMediaType, "expected a web page, a feed, JSON, plain text, Markdown, WebVTT or a PDF", nil)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, MaxFetched+1))
	if err != nil {
		return Received{}, err
	}
	if len(body) > MaxFetched {
		return Received{}, fetchError(ErrTooLarge, fmt.Sprintf("more than %d MiB", MaxFetched>>20), nil)
	}
	if mediaType == "" {
		if mediaType = http.DetectContentType(body); !isRead(mediaType) {
			return Received{}, fetchError(ErrMediaType, "it does not say what it is", nil)
		}
	}
	return Received{
		Body: body, Name: fileName(response.Request.URL), URL: response.Request.URL.String(), MediaType: mediaType,
		At: time.Now().UTC().Truncate(time.Second),
	}, nil
}

// failed turns what went wrong into an error that may be shown.
func failed(ctx context.Context, err error) error {
	var known *FetchError
	var network net.Error
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err()
	case errors.Is(err, ssrf.ErrProhibitedIP), errors.Is(err, ssrf.ErrProhibitedNetwork), errors.Is(err, ssrf.ErrProhibitedPort):
		return fetchError(ErrForbiddenAddress, "it leads into a private or reserved network", err)
	case ctx.Err() != nil, errors.As(err, &network) && network.Timeout():
		return fetchError(ErrTimeout, "", err)
	}
	return fetchError(ErrUnreachable, "", err)
}

// status says a status in the standard's words, never in the server's.
func status(code int) string {
	if text := http.StatusText(code); text != "" {
		return fmt.Sprintf("it answered %d, %s", code, text)
	}
	return fmt.Sprintf("it answered %d", code)
}

// readTypes are the media types that are taken.
var readTypes = []string{
	"text/html", "application/xhtml+xml", "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml",
	"text/xml", "application/json", "application/feed+json", "application/ld+json", "text/plain", "text/markdown", "text/x-markdown",
	"application/pdf", "text/vtt", "application/x-subrip", "application/vnd.iptc.ninjs+json",
}

func isRead(mediaType string) bool {
	kind, _, err := mime.ParseMediaType(mediaType)
	return err == nil && slices.Contains(readTypes, kind)
}

// fileName returns the last part of an address's path if it ends as a file that is read, else "": a page's address may
// end in anything.
func fileName(u *url.URL) string {
	name := path.Base(u.Path)
	if _, ok := endings[strings.ToLower(path.Ext(name))]; ok {
		return name
	}
	return ""
}
