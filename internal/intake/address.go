package intake

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/idna"

	"counterclaim/internal/narrative"
)

// inward are the ends of names that lead into a network of one's own, whatever they resolve to.
var inward = []string{
	"localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan", "home.arpa", "test", "invalid", "onion", "alt",
}

// number is how the last label of a name looks if it may be read as an IP address: 127.0.0.1, 0177.1, 0x7f000001.
var number = regexp.MustCompile(`^(0[xX][0-9a-fA-F]*|[0-9]+)$`)

// Check says whether an address may be asked for, by its form alone; it asks nobody. What a name resolves to is checked when it
// is dialled. The errors are those of [Client.Fetch] for such an address: [ErrAddress] and [ErrForbiddenAddress].
func (c *Client) Check(address string) error {
	_, err := c.checkAddress(address)
	return err
}

// checkAddress says whether an address may be asked for, by its form alone: the server's IP address is checked when it
// is dialled. It returns the address without its fragment. The errors are [ErrAddress] and [ErrForbiddenAddress].
func (c *Client) checkAddress(address string) (*url.URL, error) {
	if len(address) > narrative.MaxAddress {
		return nil, fetchError(ErrAddress, fmt.Sprintf("it is longer than %d characters", narrative.MaxAddress), nil)
	}
	if strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r == 0x7F || r == '\\' }) {
		return nil, fetchError(ErrAddress, "it holds a space, a backslash or a control character", nil)
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, fetchError(ErrAddress, "it is not well formed", nil)
	}
	switch {
	case u.Scheme != "http" && u.Scheme != "https" || u.Opaque != "":
		return nil, fetchError(ErrAddress, "it must begin with http:// or https://", nil)
	case u.User != nil:
		return nil, fetchError(ErrAddress, "it must hold no name or password", nil)
	case u.Hostname() == "":
		return nil, fetchError(ErrAddress, "it names no server", nil)
	case !c.ports[u.Port()]:
		return nil, fetchError(ErrForbiddenAddress, "only the ports 80 and 443 are asked", nil)
	}
	if err := c.checkHost(u.Hostname()); err != nil {
		return nil, err
	}
	u.Fragment, u.RawFragment = "", ""
	return u, nil
}

// checkHost refuses hosts of our own, names that lead inward, and IP addresses in any spelling but the plain one of an
// address that anybody may reach.
func (c *Client) checkHost(host string) error {
	forbidden := func(why string) error { return fetchError(ErrForbiddenAddress, why, nil) }
	if ip, err := netip.ParseAddr(host); err == nil {
		if ip.Zone() != "" || c.guard("tcp", netip.AddrPortFrom(ip, 443).String(), nil) != nil {
			return forbidden("it leads into a private or reserved network")
		}
		if c.own[ip.String()] {
			return forbidden("it is this site itself")
		}
		return nil
	}
	ascii, err := idna.Lookup.ToASCII(strings.TrimSuffix(host, "."))
	if err != nil || ascii == "" || strings.Contains(ascii, "%") {
		return fetchError(ErrAddress, "its server's name is not well formed", nil)
	}
	ascii = strings.ToLower(ascii)
	if c.own[ascii] {
		return forbidden("it is this site itself")
	}
	labels := strings.Split(ascii, ".")
	if number.MatchString(labels[len(labels)-1]) {
		return forbidden("an IP address must be written as four numbers or in the form of version 6, and be public")
	}
	if len(labels) == 1 {
		return forbidden("a server's name without a full stop leads into a network of one's own")
	}
	for _, end := range inward {
		if strings.HasSuffix("."+ascii, "."+end) {
			return forbidden("names that end in ." + end + " lead into a network of one's own")
		}
	}
	return nil
}
