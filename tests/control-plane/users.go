package main

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"
)

// user is someone who signs in to a plane. Children of the plane sign in with
// certificates of their own and are not among these.
type user struct {
	// name is what the server and its audit log call the user.
	name string
	// contextSuffix follows the plane's name in the name of the context.
	contextSuffix string
	groups        []string
	// token is empty for the user who signs in with a client certificate.
	token string
}

// adminUser signs in with a certificate; everyone else has a token.
const (
	adminUser   = "admin"
	adminGroup  = "system:masters"
	viewerGroup = "viewers"
	keeperGroup = "keepers"
	tenantGroup = "tenants"
)

// tenantNamespaces are the only ones in which the tenant has any rights.
var tenantNamespaces = []string{"tenant-a", "tenant-b"}

// newUsers gives the users of one plane, with tokens no other plane accepts.
func newUsers() []user {
	users := []user{
		{name: adminUser, groups: []string{adminGroup}},
		{name: "admin-token", contextSuffix: "-token", groups: []string{adminGroup}},
		{name: "viewer", contextSuffix: "-viewer", groups: []string{viewerGroup}},
		{name: "keeper", contextSuffix: "-keeper", groups: []string{keeperGroup}},
		{name: "nobody", contextSuffix: "-nobody"},
		{name: "tenant", contextSuffix: "-tenant", groups: []string{tenantGroup}},
	}
	for index := range users {
		if users[index].name != adminUser {
			users[index].token = newToken()
		}
	}
	return users
}

func newToken() string {
	bytes := make([]byte, 24)
	rand.Read(bytes) //nolint:errcheck // never fails, by its documentation
	return hex.EncodeToString(bytes)
}

// tokenFile is the content of --token-auth-file: token, name, uid, groups.
func tokenFile(users []user) string {
	var lines strings.Builder
	for _, user := range users {
		if user.token == "" {
			continue
		}
		fmt.Fprintf(&lines, "%s,%s,%s", user.token, user.name, user.name)
		// An empty column would be a group with an empty name.
		if len(user.groups) > 0 {
			fmt.Fprintf(&lines, ",%q", strings.Join(user.groups, ","))
		}
		lines.WriteByte('\n')
	}
	return lines.String()
}
