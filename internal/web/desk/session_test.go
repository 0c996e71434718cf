package desk

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

// Behind proxies that the operator has named the address that they tell counts; anybody else's word does not.
func TestAddressOf(t *testing.T) {
	t.Parallel()
	const forged = "203.0.113.9"
	for name, test := range map[string]struct {
		trusted []netip.Prefix
		remote  string
		header  string
		want    string
	}{
		"alone":        {nil, "192.0.2.1:1234", "", "192.0.2.1"},
		"forged":       {nil, "192.0.2.1:1234", forged, "192.0.2.1"},
		"proxy":        {[]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, "10.1.2.3:1234", forged + ", 198.51.100.7", "198.51.100.7"},
		"past proxy":   {[]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, "192.0.2.1:1234", forged, "192.0.2.1"},
		"two proxies":  {[]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, "10.1.2.3:1234", forged + ", 198.51.100.7, 10.9.9.9", "198.51.100.7"},
		"garbage":      {[]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, "10.1.2.3:1234", forged + ", what", "invalid IP"},
		"IPv4 as IPv6": {nil, "[::ffff:192.0.2.1]:1234", "", "192.0.2.1"},
		"IPv6":         {nil, "[2001:db8::1]:1234", forged, "2001:db8::1"},
		"no address":   {nil, "@", forged, "invalid IP"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/desk/login", nil)
		r.RemoteAddr = test.remote
		if test.header != "" {
			r.Header.Set("X-Forwarded-For", test.header)
			r.Header.Set("X-Real-Ip", forged)
		}
		got := ""
		clientAddress(test.trusted)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = addressOf(r).String() })).ServeHTTP(httptest.NewRecorder(), r)
		if got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

func TestSafeNext(t *testing.T) {
	t.Parallel()
	for _, next := range []string{"/desk", "/desk/account", "/desk/facts?after=a%2Fb&x=1", "/desk/articles/a#c-AAA-AAA1", "/desk/facts/caf%C3%A9"} {
		if got := safeNext(next); got != next {
			t.Errorf("safeNext(%q) = %q", next, got)
		}
	}
	for _, next := range []string{
		"", "/", "/facts", "desk", "/deskx", "//elsewhere.example", "//elsewhere.example/desk", "https://elsewhere.example/desk", "https:/desk", "/\\elsewhere.example",
		"\\\\elsewhere.example", "/desk\\..\\x", "/desk//elsewhere.example", "/desk/../facts", "/desk/%2e%2e/facts", "/desk/..", "/desk/%5cx", "/desk/%0d%0ax", "/desk/\r\nx",
		"/desk/a\x00", "/desk/\xff", "javascript:alert(1)", "/desk/login", "/desk/login/code", "/desk/start/abc", "http:desk", "/desk?" + strings.Repeat("a", 1000), "///desk", "/%2Fdesk",
		"\t/desk", " /desk", "/desk/%zz",
	} {
		if got := safeNext(next); got != "/desk" {
			t.Errorf("safeNext(%q) = %q, want /desk", next, got)
		}
	}
}

func TestDeviceOf(t *testing.T) {
	t.Parallel()
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                                 "Firefox on Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0":          "Edge on Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15":                  "Safari on Mac",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1": "Chrome on iPhone",
		"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36":                           "Chrome on Android",
		"curl/8.5.0":                     "curl/8.5.0",
		"":                               "a browser that does not say its name",
		"\xff\x00\u202e":                 "a browser that does not say its name",
		strings.Repeat("é", 90):          strings.Repeat("é", 40),
		"Links (2.29; Linux 6.1 x86_64)": "Links (2.29; Linux 6.1 x86_64)",
	} {
		r := httptest.NewRequest(http.MethodGet, "/desk", nil)
		r.Header.Set("User-Agent", agent)
		if got := deviceOf(r); got != want {
			t.Errorf("%q is %q, want %q", agent, got, want)
		}
	}
}
