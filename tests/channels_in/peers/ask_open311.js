// Asks all that the npm client `open311` can, and prints the answers.
//   node ask_open311.js ENDPOINT KEY SERVICE TOKEN WORDS HIDDEN
const Open311 = require("open311");

const [endpoint, apiKey, service, token, words] = process.argv.slice(2);
const client = new Open311({ endpoint, apiKey, discovery: `${endpoint}discovery.json` });
const stranger = new Open311({ endpoint, apiKey: "wrong" });
const complaint = {
  service_code: service, description: words, address_string: "Kisiwani, Mburahati", first_name: "Asha", phone: "0754123457",
  attributes: { kind: "complaint", public: "yes" },
};

// What went wrong comes beside the answer, as its status or simply as true.
const asked = (who, method, ...words) =>
  new Promise((tell) => who[method](...words, (wrong, answer) => tell(wrong ? { wrong, answer } : answer)));

(async () => {
  const posted = await asked(client, "submitRequest", complaint);
  const number = posted[0].service_request_id;
  console.log(JSON.stringify({
    discovery: await asked(client, "serviceDiscovery", { cache: true, type: "test" }),
    found: client.endpoint,
    services: await asked(client, "serviceList"),
    definition: await asked(client, "serviceDefinition", service),
    posted,
    refused: await asked(stranger, "submitRequest", complaint),
    listed: await asked(client, "serviceRequests", { status: "open", service_code: service }),
    among: await asked(client, "serviceRequests", [number, "268900000001"], {}),
    hidden: await asked(client, "serviceRequest", process.argv[7]),
    one: await asked(client, "serviceRequest", number),
    token: await asked(client, "token", token),
  }));
})();
