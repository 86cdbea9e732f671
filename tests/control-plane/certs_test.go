package main

import (
	"crypto/tls"
	"crypto/x509"
	"slices"
	"testing"
)

func parsePair(t *testing.T, pair pair) *x509.Certificate {
	t.Helper()
	parsed, err := tls.X509KeyPair(pair.certificate, pair.key)
	if err != nil {
		t.Fatal(err)
	}
	return parsed.Leaf
}

func TestServerCertificateHoldsForLoopbackUnderItsOwnAuthorityOnly(t *testing.T) {
	ours, err := newAuthority("ours")
	if err != nil {
		t.Fatal(err)
	}
	other, err := newAuthority("other")
	if err != nil {
		t.Fatal(err)
	}
	pair, err := ours.server()
	if err != nil {
		t.Fatal(err)
	}
	leaf := parsePair(t, pair)
	for _, name := range []string{"127.0.0.1", "localhost", annexHost} {
		if _, err := leaf.Verify(x509.VerifyOptions{Roots: poolOf(ours), DNSName: name}); err != nil {
			t.Errorf("as %s: %v", name, err)
		}
		if _, err := leaf.Verify(x509.VerifyOptions{Roots: poolOf(other), DNSName: name}); err == nil {
			t.Errorf("as %s: another authority vouches for it", name)
		}
	}
}

func TestClientCertificateNamesUserAndGroups(t *testing.T) {
	authority, err := newAuthority("clients")
	if err != nil {
		t.Fatal(err)
	}
	pair, err := authority.client("ada", "gardeners", "poets")
	if err != nil {
		t.Fatal(err)
	}
	leaf := parsePair(t, pair)
	usages := []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	if _, err := leaf.Verify(x509.VerifyOptions{Roots: poolOf(authority), KeyUsages: usages}); err != nil {
		t.Error(err)
	}
	// Organisations are a set and come in any order.
	groups := slices.Sorted(slices.Values(leaf.Subject.Organization))
	if leaf.Subject.CommonName != "ada" || !slices.Equal(groups, []string{"gardeners", "poets"}) {
		t.Errorf("subject is %s", leaf.Subject)
	}
}

func poolOf(authority *authority) *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(authority.pem)
	return pool
}
