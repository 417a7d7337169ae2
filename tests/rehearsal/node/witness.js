// GitHub's own artifact client on the command line: `upload NAME ROOT FILE...`, `download NAME DIR`.
const { DefaultArtifactClient } = require("@actions/artifact");

async function main([command, name, folder, ...files]) {
  const client = new DefaultArtifactClient();
  if (command === "upload") {
    return client.uploadArtifact(name, files, folder);
  }
  const { artifact } = await client.getArtifact(name);
  const { digestMismatch } = await client.downloadArtifact(artifact.id, {
    path: folder,
    expectedHash: process.env.EXPECTED_DIGEST && `sha256:${process.env.EXPECTED_DIGEST}`,
  });
  return { ...artifact, digestMismatch };
}

main(process.argv.slice(2)).then(
  (told) => console.log(`WITNESS ${JSON.stringify(told)}`),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
