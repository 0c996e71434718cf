package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"

	"counterclaim/internal/checkpoint"
)

// What CORPUS may be besides a folder.
const (
	corpusEmbedded = "embedded"
	corpusNone     = "none"
)

// defaultDataDir is DATA_DIR where it is not set.
const defaultDataDir = "data"

// settings come from the environment.
type settings struct {
	// Addr is ADDR, the host and port to listen on; 127.0.0.1:8080 by default.
	Addr string
	// DatabaseURL is DATABASE_URL, a connection string of a Postgres to use. Without it the program runs a private one.
	DatabaseURL string
	// DataDir is DATA_DIR, the folder of the private Postgres; "" for the default, ./data where that will do.
	DataDir string
	// PostgresBin is POSTGRES_BIN, the folder of the programs for the private Postgres; "" to look for them.
	PostgresBin string
	// PublicURL is PUBLIC_URL, the site's own address, with which citations begin; "" if it is not known.
	PublicURL string
	// Corpus is CORPUS, what is loaded and published if nothing was ever published: "embedded" (the one that the program
	// carries, the default), "none", or a folder.
	Corpus string
	// LogKeyFile is LOG_KEY_FILE, the file of the key that signs the log's heads; "" for the one in the data folder with a
	// private Postgres, and for none elsewhere.
	LogKeyFile string
	// Contact is CONTACT, a mail address or web address where readers report mistakes; "" for none.
	Contact string
	// Fetch is FETCH, whether editors may have other servers asked for articles and feeds: "on" or "off". Without it, it is on
	// where the program runs a private Postgres and listens on this machine alone, as on a laptop.
	Fetch bool
	// FetchSet says that FETCH is set.
	FetchSet bool
	// TrustedProxies is TRUSTED_PROXIES, the networks of proxies before the server, whose X-Forwarded-For is believed when it is
	// counted who tries to log in; none by default.
	TrustedProxies []netip.Prefix
}

// readSettings reads and checks all settings. The error names every one that is wrong.
func readSettings(getenv func(string) string) (settings, error) {
	s := settings{
		Addr:        cmp.Or(getenv("ADDR"), "127.0.0.1:8080"),
		DatabaseURL: getenv("DATABASE_URL"),
		DataDir:     getenv("DATA_DIR"),
		PostgresBin: getenv("POSTGRES_BIN"),
		PublicURL:   getenv("PUBLIC_URL"),
		Corpus:      cmp.Or(getenv("CORPUS"), corpusEmbedded),
		LogKeyFile:  getenv("LOG_KEY_FILE"),
		Contact:     getenv("CONTACT"),
	}
	var faults []string
	check := func(name string, err error) {
		if err != nil {
			faults = append(faults, name+" "+err.Error())
		}
	}
	check("ADDR", checkAddr(s.Addr))
	check("DATABASE_URL", checkDatabaseURL(s.DatabaseURL))
	check("POSTGRES_BIN", checkFolder(s.PostgresBin))
	check("PUBLIC_URL", checkWebAddress(s.PublicURL))
	if s.Corpus != corpusEmbedded && s.Corpus != corpusNone {
		if checkFolder(s.Corpus) != nil {
			check("CORPUS", fmt.Errorf("is %q; expected embedded, none or a folder", s.Corpus))
		}
	}
	check("LOG_KEY_FILE", checkKeyFile(s.LogKeyFile))
	check("CONTACT", checkContact(s.Contact))
	switch fetch := getenv("FETCH"); fetch {
	case "":
		s.Fetch = s.DatabaseURL == "" && isLoopbackAddr(s.Addr)
	case "on", "off":
		s.Fetch, s.FetchSet = fetch == "on", true
	default:
		check("FETCH", fmt.Errorf("is %q; expected on or off", fetch))
	}
	proxies, err := parseNetworks(getenv("TRUSTED_PROXIES"))
	s.TrustedProxies = proxies
	check("TRUSTED_PROXIES", err)
	if len(faults) > 0 {
		return settings{}, errors.New("settings: " + strings.Join(faults, "; "))
	}
	return s, nil
}

func checkAddr(addr string) error {
	_, port, err := net.SplitHostPort(addr)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return fmt.Errorf("is %q; expected a host and a port, as in 127.0.0.1:8080 or :8080", addr)
	}
	return nil
}

// isLoopbackAddr reports whether only this machine can reach an address.
func isLoopbackAddr(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	return err == nil && (host == "localhost" || net.ParseIP(host).IsLoopback())
}

// checkDatabaseURL does not repeat the value, which may hold a password.
func checkDatabaseURL(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	isURL := err == nil && (u.Scheme == "postgres" || u.Scheme == "postgresql")
	isWords := !strings.Contains(s, "://") && strings.Contains(s, "=")
	if !isURL && !isWords {
		return errors.New("is no connection string; expected one such as postgres://user@host/database")
	}
	return nil
}

func checkFolder(path string) error {
	if path == "" {
		return nil
	}
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		return fmt.Errorf("is %q, which is no folder", path)
	}
	return nil
}

// checkKeyFile lets a file pass that is not there: it may be the one that log-key is asked to make. Whoever would sign
// with it says that it is missing.
func checkKeyFile(path string) error {
	if path == "" {
		return nil
	}
	if _, err := checkpoint.ReadKey(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("is %q, which holds no key that can be read; server log-key FILE makes one", path)
	}
	return nil
}

func checkWebAddress(address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("is %q; expected an address such as https://example.org", address)
	}
	return nil
}

// parseNetworks reads addresses and networks, parted by commas.
func parseNetworks(list string) ([]netip.Prefix, error) {
	var networks []netip.Prefix
	for word := range strings.SplitSeq(list, ",") {
		word = strings.TrimSpace(word)
		if word == "" {
			continue
		}
		network, err := netip.ParsePrefix(word)
		if ip, isAddr := netip.ParseAddr(word); isAddr == nil && ip.Zone() == "" {
			network, err = ip.Prefix(ip.BitLen())
		}
		if err != nil {
			return nil, fmt.Errorf("is %q; expected addresses or networks with commas between them, as in 127.0.0.1, 10.0.0.0/8", list)
		}
		networks = append(networks, network.Masked())
	}
	return networks, nil
}

func checkContact(contact string) error {
	a, err := mail.ParseAddress(strings.TrimPrefix(contact, "mailto:"))
	if contact == "" || err == nil && a.Name == "" {
		return nil
	}
	if checkWebAddress(contact) != nil {
		return fmt.Errorf("is %q; expected a mail address or an address such as https://example.org/contact", contact)
	}
	return nil
}
