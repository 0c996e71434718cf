package intake_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"counterclaim/internal/intake"
)

// TestFetchForbidden asks for addresses that no client may reach, in all spellings. None is dialled.
func TestFetchForbidden(t *testing.T) {
	t.Parallel()
	for _, host := range []string{
		// Loopback, this host, private, shared and link-local networks, and cloud metadata.
		"127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
		"169.254.170.2", "100.64.0.1", "100.100.100.200", "192.0.0.192", "168.63.129.16",
		// Documentation, benchmarks, anycast relays, multicast, reserved, broadcast.
		"192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "198.19.255.255", "192.88.99.1", "224.0.0.1", "239.255.255.255",
		"240.0.0.1", "255.255.255.255",
		// Other spellings of version 4: decimal, octal, hexadecimal, short, with a full stop, in full-width digits.
		"2130706433", "017700000001", "0x7f000001", "0177.0.0.1", "0x7f.0.0.1", "127.1", "127.0.1", "127.0.0.1.", "010.0.0.1", "0", "0x",
		"１２７.０.０.１", "127。0。0。1", "①②⑦.0.0.1", "8.8.8.8.", "1.2.3", "256.256.256.256", "08.8.8.8",
		// Version 6: unspecified, loopback, mapped, compatible, NAT64, 6to4, Teredo, ORCHID, unique local, link-local, site-local,
		// documentation, discard, segment routing, multicast, AWS metadata, with a zone.
		"[::]", "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:8.8.8.8]", "[::127.0.0.1]",
		"[64:ff9b::7f00:1]", "[64:ff9b::8.8.8.8]", "[64:ff9b:1::1]", "[2002:7f00:1::]", "[2002:a00:1::1]", "[2001::1]", "[2001:0:4136:e378::1]",
		"[2001:10::1]", "[2001:20::1]", "[fc00::1]", "[fd00:ec2::254]", "[fe80::1]", "[fe80::1%25eth0]", "[fec0::1]", "[2001:db8::1]", "[3fff::1]",
		"[100::1]", "[5f00::1]", "[ff02::1]", "[2620:4f:8000::1]",
		// Names that lead inward, and this site.
		"localhost", "LOCALHOST.", "a.localhost", "metadata", "metadata.google.internal", "router.local", "a.home.arpa", "db.corp", "a.lan",
		"own.example", "OWN.example.", "8.8.4.4", "a.test", "a.invalid",
	} {
		client := intake.NewClient(intake.Options{Own: []string{"own.example:8080", "8.8.4.4"}})
		client.ResolveWith(noResolver())
		for _, scheme := range []string{"http://", "https://"} {
			if _, err := client.Fetch(t.Context(), scheme+host+"/a?b"); !errors.Is(err, intake.ErrForbiddenAddress) {
				t.Errorf("%s%s: error = %v, want ErrForbiddenAddress", scheme, host, err)
			}
		}
	}
}

// noResolver knows no names.
func noResolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) { return nil, io.ErrClosedPipe }}
}

func TestFetchAddress(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]error{
		"":                                                  intake.ErrAddress,
		"post.example":                                      intake.ErrAddress,
		"//post.example/":                                   intake.ErrAddress,
		"ftp://post.example/":                               intake.ErrAddress,
		"file:///etc/passwd":                                intake.ErrAddress,
		"gopher://post.example/":                            intake.ErrAddress,
		"javascript:alert(1)":                               intake.ErrAddress,
		"http:post.example":                                 intake.ErrAddress,
		"http:///path":                                      intake.ErrAddress,
		"http://user@post.example/":                         intake.ErrAddress,
		"http://user:secret@post.example/":                  intake.ErrAddress,
		"http://post.example\\@own.example":                 intake.ErrAddress,
		"http://post.example/a b":                           intake.ErrAddress,
		"http://post.example/\r\nX: y":                      intake.ErrAddress,
		"http://post.example/\x00":                          intake.ErrAddress,
		"http://post.example/%zz":                           intake.ErrAddress,
		"http://a_b..example/":                              intake.ErrAddress,
		"http://%31%32%37.0.0.1/":                           intake.ErrAddress,
		"http://[::1/":                                      intake.ErrAddress,
		"http://post.example:22/":                           intake.ErrForbiddenAddress,
		"http://post.example:8080/":                         intake.ErrForbiddenAddress,
		"http://post.example:0/":                            intake.ErrForbiddenAddress,
		"http://post.example:080/":                          intake.ErrForbiddenAddress,
		"http://" + strings.Repeat("a", 3000) + ".example/": intake.ErrAddress,
		"http://post.example/":                              intake.ErrUnreachable,
		"HTTPS://Post.Example:443/#x":                       intake.ErrUnreachable,
	} {
		client := intake.NewClient(intake.Options{})
		client.ResolveWith(noResolver())
		_, err := client.Fetch(t.Context(), address)
		if !errors.Is(err, want) {
			t.Errorf("%.60q: error = %v, want %v", address, err, want)
		}
		var shown *intake.FetchError
		if !errors.As(err, &shown) || strings.Contains(err.Error(), "pipe") || strings.Contains(err.Error(), "secret") {
			t.Errorf("%.60q: %v is not to be shown", address, err)
		}
	}
}

// A names is a server of names that gives each name its answers in turn, the last one again and again. A list of several
// addresses is one answer.
type names struct {
	mu      sync.Mutex
	answers map[string][][]string
	asked   atomic.Int32
}

// resolver starts the server.
func (n *names) resolver(t *testing.T) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		buf := make([]byte, 1500)
		for {
			size, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			if answer, err := n.answer(buf[:size]); err == nil {
				_, _ = conn.WriteTo(answer, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func (n *names) answer(query []byte) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(query); err != nil {
		return nil, err
	}
	m.Response, m.Authoritative, m.RecursionAvailable, m.Additionals = true, true, true, nil
	q := m.Questions[0]
	if q.Type == dnsmessage.TypeA {
		n.asked.Add(1)
		n.mu.Lock()
		defer n.mu.Unlock()
		name := strings.TrimSuffix(q.Name.String(), ".")
		turns := n.answers[name]
		if len(turns) == 0 {
			m.RCode = dnsmessage.RCodeNameError
			return m.Pack()
		}
		for _, ip := range turns[0] {
			m.Answers = append(m.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET},
				Body:   &dnsmessage.AResource{A: netip.MustParseAddr(ip).As4()},
			})
		}
		if len(turns) > 1 {
			n.answers[name] = turns[1:]
		}
	}
	return m.Pack()
}

// site starts a server that clients may reach as post.example, and a client.
func site(t *testing.T, h http.Handler) (client *intake.Client, address string) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return clientOf(t, s, &names{answers: map[string][][]string{"post.example": {{"127.0.0.1"}}}})
}

func clientOf(t *testing.T, s *httptest.Server, n *names) (client *intake.Client, address string) {
	t.Helper()
	at := s.Listener.Addr().String()
	_, port, err := net.SplitHostPort(at)
	if err != nil {
		t.Fatal(err)
	}
	client = intake.NewClient(intake.Options{UserAgent: "Counterclaim/1", Contact: "desk@own.example", Own: []string{"own.example"}})
	client.Permit(at)
	client.ResolveWith(n.resolver(t))
	return client, "http://post.example:" + port
}

func TestFetch(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var asked []http.Header
	mux := http.NewServeMux()
	mux.HandleFunc("/start", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1", Path: "/"})
		http.Redirect(w, r, "/ferry.html?x=1", http.StatusFound)
	})
	mux.HandleFunc("/ferry.html", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, r.Header.Clone())
		mu.Unlock()
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = z.Write([]byte("<p>Ferry"))
		_ = z.Close()
	})
	client, address := site(t, mux)
	for range 2 {
		got, err := client.Fetch(t.Context(), " "+address+"/start#top ")
		if err != nil {
			t.Fatal(err)
		}
		if string(got.Body) != "<p>Ferry" || got.URL != address+"/ferry.html?x=1" || got.Name != "ferry.html" || got.MediaType != "text/html; charset=utf-8" ||
			time.Since(got.At) > time.Minute {
			t.Errorf("got %+v", got)
		}
	}
	for _, h := range asked {
		if h.Get("User-Agent") != "Counterclaim/1 (desk@own.example)" {
			t.Errorf("User-Agent %q", h.Get("User-Agent"))
		}
		for _, name := range []string{"Cookie", "Referer", "Authorization"} {
			if h.Get(name) != "" {
				t.Errorf("%s: %s was sent", name, h.Get(name))
			}
		}
	}
	if len(asked) != 2 {
		t.Errorf("asked %d times, want 2", len(asked))
	}
}

// TestFetchRedirects follows redirects outward and refuses those inward and those that go on and on.
func TestFetchRedirects(t *testing.T) {
	t.Parallel()
	reached := atomic.Bool{}
	inner := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Store(true) }))
	t.Cleanup(inner.Close)
	client, address := site(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n, ok := strings.CutPrefix(r.URL.Path, "/again"); ok {
			if n == "" {
				w.Header().Set("Content-Type", "text/plain")
				return
			}
			http.Redirect(w, r, "/again"+n[1:], http.StatusSeeOther)
			return
		}
		w.Header().Set("Location", r.URL.Query().Get("to"))
		w.WriteHeader(http.StatusFound)
	}))
	for to, want := range map[string]error{
		"/again":                             nil,
		"/againxx":                           nil,
		"/againxxx":                          intake.ErrStatus,
		inner.URL:                            intake.ErrForbiddenAddress,
		"http://127.0.0.1/":                  intake.ErrForbiddenAddress,
		"http://169.254.169.254/latest/meta": intake.ErrForbiddenAddress,
		"http://[::ffff:127.0.0.1]/":         intake.ErrForbiddenAddress,
		"http://2130706433/":                 intake.ErrForbiddenAddress,
		"http://localhost/":                  intake.ErrForbiddenAddress,
		"https://own.example/":               intake.ErrForbiddenAddress,
		"http://post.example:23/":            intake.ErrForbiddenAddress,
		"http://user:x@post.example/":        intake.ErrAddress,
		"file:///etc/passwd":                 intake.ErrAddress,
		"":                                   intake.ErrStatus,
	} {
		_, err := client.Fetch(t.Context(), address+"/?to="+to)
		if !errors.Is(err, want) {
			t.Errorf("to %q: error = %v, want %v", to, err, want)
		}
	}
	if reached.Load() {
		t.Error("a redirect inward was followed")
	}
}

// TestFetchRebinding has names that lead inward at once, at the second time, and beside an address that may be reached.
func TestFetchRebinding(t *testing.T) {
	t.Parallel()
	var hits atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits.Add(1)
		if r.URL.Path == "/" {
			http.Redirect(w, r, "/second", http.StatusFound)
			return
		}
		w.Header().Set("Content-Type", "text/plain")
	}))
	t.Cleanup(s.Close)
	n := &names{answers: map[string][][]string{
		"inward.example": {{"10.0.0.1"}},
		"rebind.example": {{"127.0.0.1"}, {"127.0.0.2"}},
		"meta.example":   {{"169.254.169.254", "100.64.0.1"}},
		"both.example":   {{"127.0.0.2", "127.0.0.1"}},
	}}
	client, address := clientOf(t, s, n)
	for name, want := range map[string]error{
		"inward": intake.ErrForbiddenAddress, "rebind": intake.ErrForbiddenAddress, "meta": intake.ErrForbiddenAddress, "both": nil,
		"none": intake.ErrUnreachable,
	} {
		before := hits.Load()
		_, err := client.Fetch(t.Context(), strings.Replace(address, "post", name, 1)+"/")
		if !errors.Is(err, want) {
			t.Errorf("%s: error = %v, want %v", name, err, want)
		}
		if got, most := hits.Load()-before, map[string]int32{"rebind": 1, "both": 2}[name]; got != most {
			t.Errorf("%s: the server was reached %d times, want %d", name, got, most)
		}
		if err != nil && strings.Contains(err.Error(), "127.") {
			t.Errorf("%s: %v names an address", name, err)
		}
	}
}

// TestFetchRefuses goes through what servers may send.
func TestFetchRefuses(t *testing.T) {
	t.Parallel()
	const secret = "do not echo"
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	zeros := make([]byte, 1<<20)
	for range 200 {
		_, _ = z.Write(zeros)
	}
	_ = z.Close()
	mux := http.NewServeMux()
	send := func(path, mediaType, encoding string, status int, body []byte) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = []string{mediaType}
			if mediaType == "" {
				w.Header()["Content-Type"] = nil
			}
			if encoding != "" {
				w.Header().Set("Content-Encoding", encoding)
			}
			w.WriteHeader(status)
			_, _ = w.Write(body)
		})
	}
	send("/missing", "text/html", "", http.StatusNotFound, []byte(secret))
	send("/teapot", "text/html", "", 599, []byte(secret))
	send("/empty", "text/html", "", http.StatusNoContent, nil)
	send("/picture", "image/png", "", http.StatusOK, []byte("\x89PNG"))
	send("/form", "multipart/form-data; boundary=x", "", http.StatusOK, []byte(secret))
	send("/bad-type", "text/", "", http.StatusOK, []byte(secret))
	send("/brotli", "text/html", "br", http.StatusOK, []byte(secret))
	send("/bomb", "text/html", "gzip", http.StatusOK, bomb.Bytes())
	send("/no-gzip", "text/html", "gzip", http.StatusOK, []byte(secret))
	send("/huge", "text/plain", "", http.StatusOK, make([]byte, intake.MaxFetched+1))
	send("/full", "text/plain", "", http.StatusOK, make([]byte, intake.MaxFetched))
	send("/untyped-picture", "", "", http.StatusOK, []byte("\x89PNG\r\n\x1a\n"))
	send("/untyped-page", "", "", http.StatusOK, []byte("<!doctype html><p>x"))
	mux.HandleFunc("/cut-off", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Length", "100")
		_, _ = w.Write([]byte(secret))
	})
	mux.HandleFunc("/headers", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Long", strings.Repeat("x", 200<<10))
	})
	client, address := site(t, mux)
	for path, want := range map[string]error{
		"/missing": intake.ErrStatus, "/teapot": intake.ErrStatus, "/empty": intake.ErrStatus, "/picture": intake.ErrMediaType,
		"/form": intake.ErrMediaType, "/bad-type": intake.ErrMediaType, "/brotli": intake.ErrMediaType, "/bomb": intake.ErrTooLarge,
		"/no-gzip": intake.ErrUnreachable, "/huge": intake.ErrTooLarge, "/full": nil, "/untyped-picture": intake.ErrMediaType,
		"/untyped-page": nil, "/cut-off": intake.ErrUnreachable, "/headers": intake.ErrUnreachable,
	} {
		got, err := client.Fetch(t.Context(), address+path)
		if !errors.Is(err, want) {
			t.Errorf("%s: error = %v, want %v", path, err, want)
		}
		if err != nil && (strings.Contains(err.Error(), secret) || len(got.Body) > 0) {
			t.Errorf("%s: %v echoes what the server sent", path, err)
		}
	}
}

// TestFetchSlow meets a server that never ends, with a caller that does not wait.
func TestFetchSlow(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	begun := make(chan struct{}, 100)
	client, address := site(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		_, _ = w.Write([]byte("a"))
		w.(http.Flusher).Flush()
		begun <- struct{}{}
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(func() { close(release) })
	late, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := client.Fetch(late, address); !errors.Is(err, intake.ErrTimeout) {
		t.Errorf("error = %v, want ErrTimeout", err)
	}
	<-begun

	// As many as are served at once hold the server; one more waits for its turn in vain, and never reaches it.
	busy, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := client.Fetch(busy, address); !errors.Is(err, context.Canceled) {
				t.Errorf("error = %v, want Canceled", err)
			}
		})
	}
	for range 4 {
		<-begun
	}
	late, cancel = context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := client.Fetch(late, address); !errors.Is(err, intake.ErrTimeout) {
		t.Errorf("error = %v, want ErrTimeout", err)
	}
	if len(begun) > 0 {
		t.Error("a fifth request was served")
	}
	stop()
	wg.Wait()
}
